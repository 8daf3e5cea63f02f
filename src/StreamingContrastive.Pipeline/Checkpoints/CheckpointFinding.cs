namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>What kind of oddity was found.</summary>
public enum CheckpointFindingKind
{
    /// <summary>A checkpoint of the chain that does not verify and was skipped.</summary>
    Damaged,

    /// <summary>A checkpoint that no later epoch branches from: written by a trainer that had been replaced.</summary>
    Orphan,

    /// <summary>An epoch file that cannot be read; its number counts all the same.</summary>
    UnreadableEpoch,
}

/// <summary>Something that a start found and went around. To be logged.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Path">Where.</param>
/// <param name="Message">What, in one sentence.</param>
public sealed record CheckpointFinding(CheckpointFindingKind Kind, string Path, string Message);
