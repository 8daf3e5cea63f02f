using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using StreamingContrastive.Pipeline.Kafka.Embedded;

namespace StreamingContrastive.Host.Commands;

/// <summary>Reads what <c>broker</c> is given.</summary>
internal static class TopicArguments
{
    /// <summary>As many as topology/topics.json asks for: together they hold about 80,000 Fashion-MNIST records.</summary>
    private const int DefaultPartitions = 12;

    private const int MaxPartitions = 1000;

    /// <summary>A repeatable --topic NAME[:PARTITIONS].</summary>
    public static Option<TopicDefinition[]> Option(string description) => new("--topic")
    {
        Description = $"{description} Default {DefaultPartitions} partitions.",
        HelpName = "NAME:PARTITIONS",
        Arity = ArgumentArity.ZeroOrMore,
        DefaultValueFactory = _ => [],
        CustomParser = result => [.. result.Tokens.Select(t => Parse(t.Value, result)).OfType<TopicDefinition>()],
    };

    /// <summary>An IP address.</summary>
    public static IPAddress ParseAddress(ArgumentResult result)
    {
        if (result.Tokens.Count == 1 && IPAddress.TryParse(result.Tokens[0].Value, out var address))
        {
            return address;
        }

        result.AddError($"--listen is '{string.Join(' ', result.Tokens.Select(t => t.Value))}'; allowed is an IP address such as 127.0.0.1 or 0.0.0.0.");
        return IPAddress.Loopback;
    }

    private static TopicDefinition? Parse(string text, ArgumentResult result)
    {
        var parts = text.Split(':');
        var partitions = DefaultPartitions;
        if (parts.Length > 2 || parts[0].Length == 0
            || (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out partitions) || partitions is < 1 or > MaxPartitions)))
        {
            result.AddError($"--topic is '{text}'; allowed is NAME or NAME:PARTITIONS with 1 to {MaxPartitions} partitions, such as records:12.");
            return null;
        }

        return new TopicDefinition(parts[0], partitions);
    }
}
