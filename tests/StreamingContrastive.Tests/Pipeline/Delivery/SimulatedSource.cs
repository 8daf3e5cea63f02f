using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Delivery;

/// <summary>A source's message: a chunk, or a gap that retention left.</summary>
internal readonly record struct SourceMessage(ChunkHeader Header, bool IsGap);

/// <summary>The trainer's offset table, sent at every new epoch and on its tick.</summary>
internal sealed record TableMessage(long Epoch, IReadOnlyDictionary<PartitionId, long> Next);

/// <summary>The ingest side's half of the protocol, as small as it can be: read on, rewind when told, never look back.</summary>
internal sealed class SimulatedSource(int id, SimulatedLog log)
{
    private readonly Guid _id = new(id, 0, 0, new byte[8]);
    private readonly Dictionary<PartitionId, (AssignmentEpoch Assignment, long Position)> _readings = [];
    private TableMessage _table = new(0, new Dictionary<PartitionId, long>());
    private long _number;

    public void Assign(PartitionId partition) => Begin(partition, _table.Next.GetValueOrDefault(partition));

    public void Revoke(PartitionId partition) => _readings.Remove(partition);

    /// <summary>The next chunk, the gap before it, or a heartbeat at the end of the log.</summary>
    public SourceMessage Next(PartitionId partition, int most)
    {
        var (assignment, position) = _readings[partition];
        var isGap = position < log.Low(partition);
        var to = isGap ? log.Low(partition) : Math.Min(position + most, log.End(partition));
        _readings[partition] = (assignment, to);
        return new(new(partition, position, to, _table.Epoch, assignment), isGap);
    }

    public bool AtEnd(PartitionId partition) => _readings[partition].Position == log.End(partition);

    public void On(OfferVerdict.Rewind rewind)
    {
        if (rewind.LineageEpoch >= _table.Epoch && _readings.TryGetValue(rewind.Partition, out var reading) && reading.Assignment == rewind.CausedBy)
        {
            if (rewind.LineageEpoch > _table.Epoch)
            {
                On(new TableMessage(rewind.LineageEpoch, new Dictionary<PartitionId, long> { [rewind.Partition] = rewind.Next }));
            }
            else
            {
                Begin(rewind.Partition, rewind.Next);
            }
        }
    }

    public void On(TableMessage table)
    {
        var isNewer = table.Epoch > _table.Epoch;
        if (table.Epoch >= _table.Epoch)
        {
            _table = table;
        }

        foreach (var partition in isNewer ? _readings.Keys.ToList() : [])
        {
            Begin(partition, table.Next.GetValueOrDefault(partition));
        }
    }

    private void Begin(PartitionId partition, long position) => _readings[partition] = (new(_id, ++_number), position);
}
