namespace StreamingContrastive.Contracts;

/// <summary>The next offset to train on of one input partition.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="NextOffset">Records before it are in the weights, it and later ones are not.</param>
public readonly record struct SourceOffset(string Topic, int Partition, long NextOffset);

/// <summary>Where a lineage epoch branches off: what earlier epochs published after it belongs to a dead branch.</summary>
/// <param name="LineageEpoch">Epoch of the checkpoint that the trainer went on from.</param>
/// <param name="Step">Its optimizer steps.</param>
/// <param name="Checkpoint">Its directory name.</param>
public sealed record BranchPoint(long LineageEpoch, long Step, string Checkpoint);

/// <summary>A message of NAME.models: a checkpoint became durable and its key encoder is a published version.</summary>
public sealed record ModelAnnouncement
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The version; grows with every checkpoint of a lineage.</summary>
    public required long Version { get; init; }

    /// <summary>Embedding space; vectors of different spaces must never be compared.</summary>
    public required string SpaceId { get; init; }

    /// <summary>The trainer start that wrote the checkpoint.</summary>
    public required long LineageEpoch { get; init; }

    /// <summary>Optimizer steps done.</summary>
    public required long Step { get; init; }

    /// <summary>Directory name of the checkpoint.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Directory name of the checkpoint that it continues; null for the first of a pipeline.</summary>
    public string? Parent { get; init; }

    /// <summary>Where the trainer start that wrote the checkpoint branched off; null where it started afresh, and in announcements before release 0.2.</summary>
    public BranchPoint? BranchedFrom { get; init; }

    /// <summary>Whether the announcement became visible in one transaction with all outputs of its checkpoint.</summary>
    public bool Atomic { get; init; }

    /// <summary>The SHA-256 that the checkpoint's manifest bears: 64 lower-case hexadecimal digits.</summary>
    public required string ManifestSha256 { get; init; }

    /// <summary>Values per vector.</summary>
    public required int Dimension { get; init; }

    /// <summary>Records before these offsets, and no others, are in the version's weights.</summary>
    public required IReadOnlyList<SourceOffset> SourceOffsets { get; init; }

    /// <summary>When the checkpoint was taken, milliseconds since 1970.</summary>
    public required long CreatedUnixMs { get; init; }
}
