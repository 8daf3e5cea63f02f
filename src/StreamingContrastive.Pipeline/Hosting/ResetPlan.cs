using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>A partition that a reset moves.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">Next offset of the checkpoint; null for a partition that it does not know.</param>
/// <param name="To">Next offset after the reset.</param>
public sealed record PartitionMove(PartitionId Partition, long? From, long To);

/// <summary>What a reset would do, before it is done.</summary>
public sealed record ResetPlan
{
    internal ResetPlan(CheckpointName checkpoint) => Checkpoint = checkpoint;

    /// <summary>The checkpoint whose weights and queue the next start takes.</summary>
    public CheckpointName Checkpoint { get; }

    /// <summary>Partitions whose offset changes; empty where offsets are the checkpoint's own.</summary>
    public IReadOnlyList<PartitionMove> Moves { get; internal init; } = [];

    /// <summary>Offsets that will be read a second time.</summary>
    public long RepeatedOffsets => Moves.Sum(m => Math.Max(0, (m.From ?? m.To) - m.To));

    /// <summary>Offsets that will never be read.</summary>
    public long SkippedOffsets => Moves.Sum(m => Math.Max(0, m.To - (m.From ?? m.To)));

    /// <summary>Whether another trainer is known to be at work in the directory: true, false, or null where that cannot be known.</summary>
    public bool? TrainerAtWork { get; internal init; }

    /// <summary>The newest epoch.</summary>
    public EpochRecord? NewestEpoch { get; internal init; }

    internal OffsetOrigin? Origin { get; init; }

    internal IReadOnlyDictionary<PartitionId, long>? Offsets { get; init; }
}
