using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Delivery;

internal enum RecordKind
{
    Pair,
    Tombstone,
    DeadLetter,
    Hole,
}

/// <summary>The topic of the simulation: what stands at every offset never changes; retention may take the oldest away.</summary>
internal sealed class SimulatedLog
{
    private readonly Dictionary<PartitionId, RecordKind[]> _partitions;
    private readonly Dictionary<PartitionId, long> _low = [];

    public SimulatedLog(int partitions, int length, Random random) => _partitions = Enumerable.Range(0, partitions).ToDictionary(
        p => new PartitionId("records", p),
        _ => Enumerable.Range(0, length).Select(_ => random.Next(10) switch { 0 => RecordKind.Hole, 1 => RecordKind.Tombstone, 2 => RecordKind.DeadLetter, _ => RecordKind.Pair }).ToArray());

    public IReadOnlyList<PartitionId> Partitions => [.. _partitions.Keys];

    public long End(PartitionId partition) => _partitions[partition].Length;

    /// <summary>First offset that can still be read.</summary>
    public long Low(PartitionId partition) => _low.GetValueOrDefault(partition);

    public void DeleteBefore(PartitionId partition, long offset) => _low[partition] = Math.Clamp(offset, Low(partition), End(partition));

    public long[] Offsets(PartitionId partition, long from, long to, RecordKind kind) =>
        [.. ChunkFactory.Range(from, to).Where(o => _partitions[partition][o] == kind)];

    public PairChunk Read(ChunkHeader h) => ChunkFactory.Chunk(
        h.Partition, h.From, h.To,
        Offsets(h.Partition, h.From, h.To, RecordKind.Pair),
        Offsets(h.Partition, h.From, h.To, RecordKind.Tombstone),
        Offsets(h.Partition, h.From, h.To, RecordKind.DeadLetter),
        h.LineageEpoch, h.Assignment);
}
