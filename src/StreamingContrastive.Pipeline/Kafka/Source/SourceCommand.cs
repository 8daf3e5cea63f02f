using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>What the consumer's thread is asked to do between two polls.</summary>
internal abstract record SourceCommand;

/// <summary>Read a partition again from <paramref name="Next"/>, unless a newer reading than <paramref name="CausedBy"/> began.</summary>
internal sealed record Rewind(PartitionId Partition, long Next, long LineageEpoch, AssignmentEpoch CausedBy) : SourceCommand;

/// <summary>Follow a new trainer.</summary>
internal sealed record Adopt(OffsetTable Table) : SourceCommand;

/// <summary>The trainer has come this far: commit it for lag tools, answer later assignments from it.</summary>
internal sealed record Commit(OffsetTable Table) : SourceCommand;

/// <summary>Leave the group and end.</summary>
internal sealed record Stop : SourceCommand;
