namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Result of checking every byte of a checkpoint.</summary>
/// <param name="Name">The checkpoint.</param>
/// <param name="Manifest">Its manifest, when that is whole.</param>
/// <param name="Problems">One sentence for each file that is not what the manifest says; empty when all is well.</param>
public sealed record CheckpointVerification(CheckpointName Name, CheckpointManifest? Manifest, IReadOnlyList<string> Problems)
{
    /// <summary>Whether the checkpoint is whole.</summary>
    public bool IsWhole => Manifest is not null && Problems.Count == 0;
}
