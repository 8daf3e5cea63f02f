using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>A file that the caller gives to a checkpoint: weights, optimizer, queue, random state.</summary>
/// <param name="Name">Plain file name, not one of the store's own (manifest.json, outbox.bin, configuration.json).</param>
/// <param name="Write">Writes it from front to back. Called once, on the writer's thread: it must only touch a copy of the trainer's state.</param>
internal sealed record CheckpointFile(string Name, Action<Stream> Write);

/// <summary>A consistent copy of everything that belongs to one checkpoint. Nobody changes it after it was submitted.</summary>
internal sealed record CheckpointContent
{
    /// <summary>Optimizer steps since the lineage's first.</summary>
    public required long Step { get; init; }

    /// <summary>Version of the frozen encoder in it; above <see cref="LineageStart.ModelVersionFloor"/> and rising.</summary>
    public required ulong ModelVersion { get; init; }

    /// <summary>Embedding space.</summary>
    public required string SpaceId { get; init; }

    /// <summary>Kafka cluster id; empty when the cluster gave none.</summary>
    public required string ClusterId { get; init; }

    /// <summary>Topic ids, by topic.</summary>
    public required IReadOnlyDictionary<string, string> TopicIds { get; init; }

    /// <summary>Trained watermarks: <see cref="OffsetLedger.TrainedTable"/>.</summary>
    public required IReadOnlyDictionary<PartitionId, long> NextOffsets { get; init; }

    /// <summary>Counters of the lineage.</summary>
    public required DeliveryCounters Counters { get; init; }

    /// <summary>The pipeline's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Effective configuration as JSON, secrets removed.</summary>
    public required ReadOnlyMemory<byte> Configuration { get; init; }

    /// <summary>The caller's files.</summary>
    public required IReadOnlyList<CheckpointFile> Files { get; init; }

    /// <summary>Outputs since the last checkpoint.</summary>
    public required Outbox Outbox { get; init; }

    /// <summary>Immediate delivery: done once every output before this point is acknowledged. The rename waits for it; a failure of it ends the writer.</summary>
    public Task OutputsAcknowledged { get; init; } = Task.CompletedTask;
}

/// <summary>Where a checkpoint stands in the lineage.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parent">The one before it.</param>
/// <param name="BranchedFrom">The one that its epoch branches from.</param>
internal readonly record struct CheckpointPlace(CheckpointName Name, CheckpointName? Parent, CheckpointName? BranchedFrom);

/// <summary>A checkpoint that is whole in its temporary directory and not committed.</summary>
/// <param name="Manifest">Its manifest.</param>
/// <param name="TemporaryPath">The temporary directory.</param>
internal sealed record PreparedCheckpoint(CheckpointManifest Manifest, string TemporaryPath);
