using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>
/// All that the ledger needs to know of a chunk. An empty range (From == To) is a source's heartbeat: "everything up to here
/// was sent". It heals the loss of a last chunk, which no later chunk would betray.
/// </summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">First offset of the range.</param>
/// <param name="To">First offset after the range.</param>
/// <param name="LineageEpoch">The trainer's epoch whose offset table the reading follows.</param>
/// <param name="Assignment">The reading of the partition that the chunk belongs to.</param>
internal readonly record struct ChunkHeader(PartitionId Partition, long From, long To, long LineageEpoch, AssignmentEpoch Assignment)
{
    /// <summary>The header of a chunk.</summary>
    public static ChunkHeader Of(PairChunk chunk) => new(chunk.Partition, chunk.From, chunk.To, chunk.LineageEpoch, chunk.Assignment);
}
