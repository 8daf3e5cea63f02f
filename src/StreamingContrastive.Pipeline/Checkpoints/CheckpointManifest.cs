using System.Text.Json.Serialization;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>A file of a checkpoint.</summary>
/// <param name="Name">Name in the checkpoint's directory.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">SHA-256 of the content, lower-case hexadecimal.</param>
public sealed record CheckpointFileHash(string Name, long Bytes, string Sha256);

/// <summary>Where a partition goes on.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Next">First offset that is not part of the checkpoint.</param>
public sealed record PartitionOffset(string Topic, int Partition, long Next);

/// <summary>Counters of the lineage up to the checkpoint; <see cref="Consumed"/> is always the sum of the three that follow it.</summary>
/// <param name="Consumed">Records passed.</param>
/// <param name="Trained">Records that were part of a step.</param>
/// <param name="DeadLettered">Records in the dead-letter topic.</param>
/// <param name="Tombstones">Records with a null value.</param>
/// <param name="SkippedOffsets">Offsets that were gone from the topic.</param>
public sealed record CheckpointCounters(long Consumed, long Trained, long DeadLettered, long Tombstones, long SkippedOffsets)
{
    /// <summary>From running counters.</summary>
    public static CheckpointCounters Of(DeliveryCounters counters) =>
        new(counters.Consumed, counters.Trained, counters.DeadLettered, counters.Tombstones, counters.SkippedOffsets);

    /// <summary>As running counters, to count on from.</summary>
    public DeliveryCounters ToRunning() => new(Trained, DeadLettered, Tombstones, SkippedOffsets);
}

/// <summary>Content of manifest.json: what the checkpoint is, where it stands, and a hash of every other file of it.</summary>
public sealed record CheckpointManifest : IChecksummed
{
    /// <summary>Version of the directory's format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>Version of the frozen encoder in it; monotonic in the directory.</summary>
    public required ulong ModelVersion { get; init; }

    /// <summary>Embedding space: hash of architecture, dimension and normalisation.</summary>
    public required string SpaceId { get; init; }

    /// <summary>Lineage epoch of the trainer that wrote it.</summary>
    public required long Epoch { get; init; }

    /// <summary>Optimizer steps.</summary>
    public required long Step { get; init; }

    /// <summary>Counts checkpoints of the same epoch and step, from 0.</summary>
    public required int Sequence { get; init; }

    /// <summary>The checkpoint before it; null for the first of a lineage.</summary>
    public required CheckpointName? Parent { get; init; }

    /// <summary>The checkpoint that its epoch branches from; null for a fresh start.</summary>
    public required CheckpointName? BranchedFrom { get; init; }

    /// <summary>Id of the Kafka cluster that the offsets belong to; empty when it gave none.</summary>
    public required string ClusterId { get; init; }

    /// <summary>Topic ids, by topic: a topic that was made anew has another one.</summary>
    public required IReadOnlyDictionary<string, string> TopicIds { get; init; }

    /// <summary>Next offset of every partition.</summary>
    public required IReadOnlyList<PartitionOffset> NextOffsets { get; init; }

    /// <summary>Counters.</summary>
    public required CheckpointCounters Counters { get; init; }

    /// <summary>The pipeline's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Every file but the manifest.</summary>
    public required IReadOnlyList<CheckpointFileHash> Files { get; init; }

    /// <inheritdoc />
    [JsonPropertyOrder(int.MaxValue)]
    public string Checksum { get; init; } = ChecksummedJson.NoChecksum;

    /// <summary>Its name.</summary>
    [JsonIgnore]
    public CheckpointName Name => new(Epoch, Step, Sequence);

    /// <summary>The offsets as a table.</summary>
    public IReadOnlyDictionary<PartitionId, long> OffsetTable() =>
        NextOffsets.ToDictionary(o => new PartitionId(o.Topic, o.Partition), o => o.Next);
}
