using System.Collections.Immutable;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>One uninterrupted reading of a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Assignment">Its name: work that carries another one is stale.</param>
/// <param name="LineageEpoch">The trainer's epoch whose table it follows.</param>
/// <param name="Start">First offset, or null where the table does not know the partition.</param>
internal sealed record PartitionReading(PartitionId Partition, AssignmentEpoch Assignment, long LineageEpoch, long? Start);

/// <summary>
/// Which partitions are being read, from where, and under which assignment epoch: decides every rewind. Pure state; changed by one
/// thread (the consumer's), read by any through <see cref="Current"/> and <see cref="IsCurrent"/>.
/// </summary>
/// <remarks>
/// A trainer may send one rewind for each chunk that it refuses, so a rewind names the reading that caused it and is ignored when
/// a newer reading began since: otherwise the second rewind would throw away the work of the first.
/// </remarks>
internal sealed class PartitionReadings
{
    private readonly Guid _source;
    private long _epochs;
    private volatile ImmutableDictionary<PartitionId, PartitionReading> _current = ImmutableDictionary<PartitionId, PartitionReading>.Empty;
    private volatile OffsetTable _table;

    /// <summary>Starts with no partition and the trainer's table.</summary>
    /// <param name="source">Names this source; one a process start.</param>
    /// <param name="table">What is to be read next.</param>
    public PartitionReadings(Guid source, OffsetTable table) => (_source, _table) = (source, table);

    /// <summary>The table that the next assignment is answered from.</summary>
    public OffsetTable Table => _table;

    /// <summary>The partitions that are read now. A snapshot.</summary>
    public ImmutableDictionary<PartitionId, PartitionReading> Current => _current;

    /// <summary>True while <paramref name="assignment"/> is the present reading of the partition: other work is to be dropped.</summary>
    public bool IsCurrent(PartitionId partition, AssignmentEpoch assignment) =>
        _current.TryGetValue(partition, out var reading) && reading.Assignment == assignment;

    /// <summary>A partition was assigned: a new reading begins where the table says.</summary>
    public PartitionReading Assign(PartitionId partition) =>
        Begin(partition, _table.LineageEpoch, _table.Next.TryGetValue(partition, out long next) ? next : null);

    /// <summary>A partition was revoked or lost: its work is stale from here on.</summary>
    public void Release(PartitionId partition) => _current = _current.Remove(partition);

    /// <summary>
    /// The trainer refused a chunk. Returns the new reading, or null when there is nothing to do: the partition is not held, a newer
    /// reading began already, the chunk came from another source, or the rewind is of an older trainer.
    /// </summary>
    public PartitionReading? Rewind(PartitionId partition, long next, long lineageEpoch, AssignmentEpoch causedBy)
    {
        if (lineageEpoch < _table.LineageEpoch)
        {
            return null;
        }

        if (lineageEpoch == _table.LineageEpoch)
        {
            // Also where this source does not hold the partition: it may come back, and is then answered for at once.
            _table = _table with { Next = _table.Next.SetItem(partition, next) };
        }

        return causedBy.Source == _source
            && _current.TryGetValue(partition, out var reading)
            && reading.Assignment.Number <= causedBy.Number
                ? Begin(partition, lineageEpoch, next)
                : null;
    }

    /// <summary>
    /// A new trainer: every partition begins again. Returns the new readings; none when the table is not newer than the present one
    /// (tables are repeated so that a lost one heals).
    /// </summary>
    public IReadOnlyList<PartitionReading> Adopt(OffsetTable table)
    {
        if (table.LineageEpoch <= _table.LineageEpoch)
        {
            return [];
        }

        _table = table;
        var begun = new List<PartitionReading>(_current.Count);
        foreach (var partition in _current.Keys)
        {
            begun.Add(Assign(partition));
        }

        return begun;
    }

    /// <summary>
    /// The same trainer has come further: later assignments are answered from here. Returns false, and changes nothing, when the
    /// table is of another epoch.
    /// </summary>
    public bool Refresh(OffsetTable table)
    {
        if (table.LineageEpoch != _table.LineageEpoch)
        {
            return false;
        }

        _table = table with { Next = _table.Next.SetItems(table.Next) };
        return true;
    }

    private PartitionReading Begin(PartitionId partition, long lineageEpoch, long? start)
    {
        var reading = new PartitionReading(partition, new AssignmentEpoch(_source, ++_epochs), lineageEpoch, start);
        _current = _current.SetItem(partition, reading);
        return reading;
    }
}
