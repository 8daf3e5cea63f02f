using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>Where the reading of a partition is.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Next">First offset that was not handed over or is still on its way to the channel; null while the start is unknown.</param>
/// <param name="HighWatermark">End of the partition at the last look (once a second), or null before the first fetch.</param>
internal readonly record struct PartitionPosition(PartitionId Partition, long? Next, long? HighWatermark);

/// <summary>A snapshot of a source's counts since its start.</summary>
/// <param name="ConsumedRecords">Records taken into chunks, repeats after a rewind included.</param>
/// <param name="ConsumedBytes">Their key and value bytes.</param>
/// <param name="PausedTime">Time with paused partitions.</param>
/// <param name="Rewinds">Readings begun anew because the trainer asked.</param>
/// <param name="IgnoredRewinds">Rewinds that a newer reading had overtaken, or for partitions held elsewhere.</param>
/// <param name="StaleRecords">Records dropped before they became a chunk, because their reading had ended.</param>
/// <param name="StaleChunks">Chunks and gaps dropped because their reading had ended, here or by <see cref="RecordSource.Admits"/>.</param>
/// <param name="Gaps">Accepted gaps.</param>
/// <param name="GapOffsets">Offsets in them.</param>
/// <param name="CommitFailures">Advisory commits that failed.</param>
/// <param name="TransientErrors">Errors that were ridden out.</param>
/// <param name="Partitions">The partitions held now.</param>
internal sealed record SourceStatistics(
    long ConsumedRecords,
    long ConsumedBytes,
    TimeSpan PausedTime,
    long Rewinds,
    long IgnoredRewinds,
    long StaleRecords,
    long StaleChunks,
    long Gaps,
    long GapOffsets,
    long CommitFailures,
    long TransientErrors,
    IReadOnlyList<PartitionPosition> Partitions);
