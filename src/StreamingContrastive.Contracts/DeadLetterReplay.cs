using System.Globalization;

namespace StreamingContrastive.Contracts;

/// <summary>What a dead letter becomes when its record is sent again, and how often that happened before.</summary>
public static class DeadLetterReplay
{
    /// <summary>
    /// The headers to send a letter's record with: its own, without any of a dead letter's, and two that say that it is a replay. A record
    /// that is refused again carries them into its next letter, so a loop can be told from a first try.
    /// </summary>
    public static IReadOnlyList<RecordHeader> Headers(IReadOnlyList<RecordHeader> letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        return
        [
            .. DeadLetterHeaders.Original(letter).Where(h => !IsOurs(h.Key)),
            RecordHeaderExtensions.Number(HeaderNames.ReplayCount, Math.Min(Count(letter), int.MaxValue) + 1),
            RecordHeaderExtensions.Text(HeaderNames.ReplayOf, letter.FindText(HeaderNames.DeadLetterId) ?? ""),
        ];
    }

    /// <summary>
    /// How often the letter's record was sent again before; 0 for one that never was. A header that is no count gives
    /// <see cref="long.MaxValue"/>: whoever wrote it, the record has to stop going round.
    /// </summary>
    public static long Count(IReadOnlyList<RecordHeader> letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        return letter.FindText(HeaderNames.ReplayCount) is not { } text ? 0
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count
            : long.MaxValue;
    }

    private static bool IsOurs(string name) =>
        name is HeaderNames.ReplayCount or HeaderNames.ReplayOf || name.StartsWith(HeaderNames.DeadLetterPrefix, StringComparison.Ordinal);
}
