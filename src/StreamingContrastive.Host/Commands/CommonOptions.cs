using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace StreamingContrastive.Host.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    /// <summary>How long to wait for a broker: stands for kafka:connectTimeout.</summary>
    public static Option<string?> ConnectTimeout() => new("--connect-timeout")
    {
        Description = "How long to wait for a broker, such as 30s (the same as --set kafka:connectTimeout=...).",
        HelpName = "duration",
    };

    /// <summary>An optional whole number of at least 1, and at most so many.</summary>
    public static Option<long?> PositiveCount(string name, string description, long most = long.MaxValue)
    {
        var option = new Option<long?>(name) { Description = description, HelpName = "N" };
        option.CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 && count <= most)
            {
                return count;
            }

            result.AddError($"{name} is '{text}'; allowed is a whole number from 1{(most == long.MaxValue ? "" : string.Create(CultureInfo.InvariantCulture, $" to {most}"))}.");
            return null;
        };
        return option;
    }

    /// <summary>An optional number above zero.</summary>
    public static Option<double?> PositiveNumber(string name, string description)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = "X" };
        option.CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 && double.IsFinite(number))
            {
                return number;
            }

            result.AddError($"{name} is '{text}'; allowed is a number above 0, such as 0.5.");
            return null;
        };
        return option;
    }

    /// <summary>Refuses what is no whole number of a range. Reads the text: asking for the value of what is no number throws.</summary>
    /// <param name="result">The option as it was given, or its default.</param>
    /// <param name="least">Smallest value.</param>
    /// <param name="most">Largest value.</param>
    /// <param name="allowed">The range in words.</param>
    public static void RequireWhole(OptionResult result, int least, int most, string allowed)
    {
        if (result.Tokens is [var token] && !(int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most))
        {
            result.AddError($"{result.Option.Name} is '{token.Value}'; allowed is {allowed}.");
        }
    }
}
