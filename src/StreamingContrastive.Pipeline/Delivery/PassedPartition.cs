using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>How far a batch moved a partition's watermark, and over what.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The watermark before.</param>
/// <param name="To">The watermark after: the partition's first untrained pair, or the end of what was admitted.</param>
/// <param name="Counts">The records in [From, To), each counted here and nowhere else.</param>
internal readonly record struct PassedPartition(PartitionId Partition, long From, long To, DeliveryCounters Counts);

/// <summary>A tombstone that the watermark passed with a batch.</summary>
/// <param name="PartitionIndex">Index into <see cref="BatchPositions.Partitions"/>.</param>
/// <param name="Tombstone">Offset and key.</param>
/// <param name="BeforeRow">
/// It stands in its partition after all rows of the batch below this one and before this one; the batch's size when it follows
/// them all. Published in that place, a key's tombstone and its embeddings keep the order of the input.
/// </param>
internal readonly record struct PassedTombstone(int PartitionIndex, Tombstone Tombstone, int BeforeRow);
