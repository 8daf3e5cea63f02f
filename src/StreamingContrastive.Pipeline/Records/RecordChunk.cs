namespace StreamingContrastive.Pipeline.Records;

/// <summary>
/// A half-open offset range [From, To) of one partition with the records in it: at most <see cref="MaxRecords"/> and
/// <see cref="MaxBytes"/> (a single larger record makes a chunk of its own). The ranges of one assignment epoch join without
/// holes: offsets that compaction or a transaction marker took away belong to the range that passes over them. An empty range
/// (From == To) holds nothing and says that everything before it was sent.
/// </summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">First offset of the range.</param>
/// <param name="To">First offset after the range.</param>
/// <param name="LineageEpoch">The trainer's epoch whose offset table this reading follows.</param>
/// <param name="Assignment">The reading of the partition that this chunk belongs to.</param>
/// <param name="Records">The records, in offset order; may be empty.</param>
/// <param name="Trace">Trace of the chunk: Activity.Current does not survive a Tell.</param>
public sealed record RecordChunk(
    PartitionId Partition,
    long From,
    long To,
    long LineageEpoch,
    AssignmentEpoch Assignment,
    IReadOnlyList<SourceRecord> Records,
    ChunkTrace Trace)
{
    /// <summary>Most records of a chunk.</summary>
    public const int MaxRecords = 64;

    /// <summary>Most value bytes of a chunk.</summary>
    public const int MaxBytes = 1024 * 1024;
}
