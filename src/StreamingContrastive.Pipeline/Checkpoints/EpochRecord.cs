using System.Text.Json.Serialization;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Records that made a guard restore and are tried a second time: a batch of them that fails again is to blame itself.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="From">First offset.</param>
/// <param name="To">First offset after them.</param>
public sealed record RetriedRange(string Topic, int Partition, long From, long To);

/// <summary>Content of epochs/NUMBER.json: one start of a trainer, and where it branches off.</summary>
public sealed record EpochRecord : IChecksummed
{
    /// <summary>Version of the file's format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The epoch; also the file's name.</summary>
    public required long Epoch { get; init; }

    /// <summary>The checkpoint that it goes on from; null for a fresh start.</summary>
    public required CheckpointName? Parent { get; init; }

    /// <summary>Machine that started it.</summary>
    public required string Host { get; init; }

    /// <summary>Process that started it.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Factor on the configured learning rate; a guard lowers it when it restores. 1 normally.</summary>
    public required double LearningRateScale { get; init; }

    /// <summary>How often a guard has restored in this lineage without a success since. 0 normally.</summary>
    public required int Attempt { get; init; }

    /// <summary>What is tried again since the last restore; null normally.</summary>
    public IReadOnlyList<RetriedRange>? Retried { get; init; }

    /// <summary>Highest model version in the directory when it started, orphans included: new versions lie above it, so no number ever names two models.</summary>
    public required ulong ModelVersionFloor { get; init; }

    /// <inheritdoc />
    [JsonPropertyOrder(int.MaxValue)]
    public string Checksum { get; init; } = ChecksummedJson.NoChecksum;
}
