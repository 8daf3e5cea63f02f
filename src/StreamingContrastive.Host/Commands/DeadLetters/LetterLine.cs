using System.Globalization;
using StreamingContrastive.Contracts;
using StreamingContrastive.Host.Terminal;

namespace StreamingContrastive.Host.Commands.DeadLetters;

/// <summary>A letter in one line, without its value; lines are kept, values are not.</summary>
/// <param name="WrittenUnixMs">When the letter was written.</param>
/// <param name="Record">Where the record was read.</param>
/// <param name="Position">Where the letter stands.</param>
/// <param name="Stage">Stage that refused it, safe to show.</param>
/// <param name="Reason">Error type, safe to show.</param>
/// <param name="Words">The sentence for a person, safe to show.</param>
/// <param name="Replays">How often its record was sent again before.</param>
/// <param name="LeftOut">What was left out of it, safe to show; or null.</param>
internal sealed record LetterLine(
    long WrittenUnixMs, SourcePosition Record, SourcePosition Position, string Stage, string Reason, string Words, long Replays, string? LeftOut)
{
    private const int NameCharacters = 60;
    private const int WordCharacters = 300;

    /// <summary>The line of a letter.</summary>
    public static LetterLine Of(ReceivedLetter letter) => new(
        letter.Message.TimestampUnixMs,
        letter.Letter.Source with { Topic = Name(letter.Letter.Source.Topic) },
        letter.Position,
        Name(letter.Letter.Stage),
        Name(letter.Letter.ErrorType),
        SafeText.Line(letter.Letter.Message, WordCharacters),
        letter.Replays,
        letter.LeftOut is { } parts ? Name(parts) : null);

    /// <summary>A time for people; a dash where there is none.</summary>
    public static string Time(long unixMs) =>
        unixMs is < 0 or > 253_402_300_799_999 ? "-" : DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>The line as text.</summary>
    public override string ToString() =>
        $"{Time(WrittenUnixMs)}  {Record}  {Stage} {Reason}{(Replays > 0 ? $"  (replay {Replays})" : "")}{(LeftOut is null ? "" : $"  (left out: {LeftOut})")}  {Words}";

    private static string Name(string text) => SafeText.Line(text, NameCharacters);
}
