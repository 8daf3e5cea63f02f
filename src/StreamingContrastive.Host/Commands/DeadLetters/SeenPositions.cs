using StreamingContrastive.Contracts;

namespace StreamingContrastive.Host.Commands.DeadLetters;

/// <summary>
/// Tells the first letter of a record from its repeats: after a crash records are refused again, under the same id. Bounded, because
/// a topic is not: beyond <paramref name="capacity"/> records every letter counts as a first one.
/// </summary>
internal sealed class SeenPositions(int capacity = SeenPositions.DefaultCapacity)
{
    /// <summary>Records that are told apart: some 60 MB.</summary>
    public const int DefaultCapacity = 1_000_000;

    private readonly HashSet<SourcePosition> _seen = [];

    /// <summary>True when no further record can be remembered.</summary>
    public bool IsFull => _seen.Count >= capacity;

    /// <summary>True at the first letter of a record.</summary>
    public bool IsFirst(SourcePosition record) => IsFull ? !_seen.Contains(record) : _seen.Add(record);
}
