using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using StreamingContrastive.Host.Configuration;

namespace StreamingContrastive.Host.Commands.DeadLetters;

/// <summary>Which letters are meant.</summary>
/// <param name="Stage">Only those of this stage; null for all.</param>
/// <param name="Reason">Only those of this error type; null for all.</param>
/// <param name="Since">Only those written at or after this time; null for all.</param>
internal sealed record LetterFilter(string? Stage, string? Reason, DateTimeOffset? Since)
{
    /// <summary>True when the letter is meant.</summary>
    public bool Admits(ReceivedLetter letter) =>
        (Stage is null || letter.Letter.Stage == Stage)
        && (Reason is null || letter.Letter.ErrorType == Reason)
        && (Since is not { } since || letter.Message.TimestampUnixMs >= since.ToUnixTimeMilliseconds());
}

/// <summary>The options of a <see cref="LetterFilter"/>; the same for every command that has them.</summary>
internal sealed class LetterFilterOptions
{
    private readonly Option<string?> _stage = new("--stage") { Description = "Only letters of this stage: validate, decode, augment or train.", HelpName = "STAGE" };

    private readonly Option<string?> _reason = new("--reason") { Description = "Only letters of this reason, such as WrongLength.", HelpName = "NAME" };

    private readonly Option<DateTimeOffset?> _since;

    /// <summary>Adds the options to a command.</summary>
    public LetterFilterOptions(Command command, TimeProvider clock)
    {
        _since = new Option<DateTimeOffset?>("--since")
        {
            Description = "Only letters written since then: a time such as 2026-01-31T08:00:00Z, or how long ago, such as 2h.",
            HelpName = "time|duration",
            CustomParser = result => Parse(result, clock),
        };
        command.Add(_stage);
        command.Add(_reason);
        command.Add(_since);
    }

    /// <summary>The filter of a command line.</summary>
    public LetterFilter Of(ParseResult parse) => new(parse.GetValue(_stage), parse.GetValue(_reason), parse.GetValue(_since));

    private static DateTimeOffset? Parse(ArgumentResult result, TimeProvider clock)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (DurationText.TryParse(text, out var ago))
        {
            return clock.GetUtcNow() - ago;
        }

        // A time without a zone would mean another moment on every machine.
        if ((text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal))
            && text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return time;
        }

        result.AddError($"--since is '{text}'; allowed is a time with its zone such as 2026-01-31T08:00:00Z, or {DurationText.Allowed}.");
        return null;
    }
}
