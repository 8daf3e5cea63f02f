using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Host.Commands.DeadLetters;

/// <summary>Why a letter is or is not sent again.</summary>
internal enum ReplayVerdict
{
    /// <summary>Its record goes out.</summary>
    Send,

    /// <summary>A letter of the same record was there before.</summary>
    Repeat,

    /// <summary>Its record was sent again as often as is allowed.</summary>
    ReplayedTooOften,

    /// <summary>The letter does not hold the whole record.</summary>
    NotWhole,

    /// <summary>Its headers name a topic that is not the pipeline's input, and no topic was given.</summary>
    OtherTopic,
}

/// <summary>
/// Decides which letters are sent again, and as what: key, value and own headers as they were, a dead letter's headers taken off, a
/// count put on. Pure.
/// </summary>
/// <param name="filter">Which letters are meant.</param>
/// <param name="inputTopic">
/// The pipeline's input: headers alone must not choose a topic, since anybody who may write a letter could then write anywhere.
/// </param>
/// <param name="topic">Where records go, or null for where they came from.</param>
/// <param name="maxReplays">A record that was sent again this often stays.</param>
/// <param name="seen">Tells repeats.</param>
internal sealed class ReplayPlan(LetterFilter filter, string inputTopic, string? topic, long maxReplays, SeenPositions seen)
{
    private readonly Dictionary<ReplayVerdict, long> _counts = [];

    /// <summary>Where records go.</summary>
    public string Target => topic ?? inputTopic;

    /// <summary>Letters of a verdict so far.</summary>
    public long Count(ReplayVerdict verdict) => _counts.GetValueOrDefault(verdict);

    /// <summary>The record to send, or null.</summary>
    /// <exception cref="InvalidOperationException">There are more letters than repeats can be told in.</exception>
    public OutputRecord? Next(ReceivedLetter letter)
    {
        if (!filter.Admits(letter))
        {
            return null;
        }

        if (seen.IsFull)
        {
            throw new InvalidOperationException(
                $"There are more than {SeenPositions.DefaultCapacity} letters, too many to tell repeats: name fewer with --since, --stage, --reason or --limit.");
        }

        var verdict = Judge(letter);
        _counts[verdict] = Count(verdict) + 1;
        return verdict == ReplayVerdict.Send
            ? new OutputRecord(Target, letter.Message.Key, letter.Message.Value, DeadLetterReplay.Headers(letter.Message.Headers), letter.Letter.TimestampUnixMs)
            : null;
    }

    private ReplayVerdict Judge(ReceivedLetter letter) =>
        !seen.IsFirst(letter.Letter.Source) ? ReplayVerdict.Repeat
        : letter.LeftOut is not null ? ReplayVerdict.NotWhole
        : topic is null && letter.Letter.Source.Topic != inputTopic ? ReplayVerdict.OtherTopic
        : letter.Replays >= maxReplays ? ReplayVerdict.ReplayedTooOften
        : ReplayVerdict.Send;
}
