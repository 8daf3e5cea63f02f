using System.Collections.Immutable;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>How many records of this start were dead-lettered for one reason.</summary>
/// <param name="Stage">Stage that refused them.</param>
/// <param name="ErrorType">Stable name of the error.</param>
/// <param name="Count">Records.</param>
public sealed record LetterCount(string Stage, string ErrorType, long Count);

/// <summary>A record that was dead-lettered. Key and message come from strangers.</summary>
/// <param name="Position">Topic, partition and offset.</param>
/// <param name="Key">Its key, the first bytes of it; null when it was null.</param>
/// <param name="Stage">Stage that refused it.</param>
/// <param name="ErrorType">Stable name of the error.</param>
/// <param name="Message">What was wrong, cut.</param>
public sealed record LetterSeen(string Position, byte[]? Key, string Stage, string ErrorType, string Message);

/// <summary>Dead letters since the start: counts by reason, most first, and the newest ones, newest first.</summary>
/// <param name="Counts">By reason.</param>
/// <param name="Newest">At most <see cref="LetterBoard.MostNewest"/>.</param>
public sealed record LettersSeen(ImmutableArray<LetterCount> Counts, ImmutableArray<LetterSeen> Newest);

/// <summary>
/// Remembers why records were dead-lettered, for people to look at; the topic itself holds all of them. Bounded, whatever comes in. The
/// lock is taken for a bad record and by who looks, never for a good one.
/// </summary>
public sealed class LetterBoard
{
    /// <summary>Letters that are kept.</summary>
    public const int MostNewest = 20;

    private const int MostReasons = 32;
    private const int MostMessage = 300;
    private const int MostKey = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Stage, string ErrorType), long> _counts = [];
    private readonly Queue<LetterSeen> _newest = new();

    /// <summary>What was seen so far.</summary>
    public LettersSeen Current
    {
        get
        {
            lock (_lock)
            {
                return new(
                    [.. _counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => new LetterCount(c.Key.Stage, c.Key.ErrorType, c.Value))],
                    [.. _newest.Reverse()]);
            }
        }
    }

    internal void Add(string position, byte[]? key, string stage, string errorType, string message)
    {
        var seen = new LetterSeen(position, key is { Length: > MostKey } ? key[..MostKey] : key, stage, errorType, message.Length > MostMessage ? message[..MostMessage] : message);
        lock (_lock)
        {
            var reason = (stage, errorType);
            reason = _counts.ContainsKey(reason) || _counts.Count < MostReasons - 1 ? reason : (stage: "other", errorType: "other");
            _counts[reason] = _counts.GetValueOrDefault(reason) + 1;
            if (_newest.Count == MostNewest)
            {
                _newest.Dequeue();
            }

            _newest.Enqueue(seen);
        }
    }
}
