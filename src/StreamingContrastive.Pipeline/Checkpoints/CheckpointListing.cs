namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>A checkpoint as a list shows it; hashes are not checked.</summary>
/// <param name="Name">Name.</param>
/// <param name="Manifest">Manifest, when readable.</param>
/// <param name="Announced">Whether its outbox is known to be published.</param>
/// <param name="InLineage">Whether it is part of the surviving lineage; otherwise it is an orphan.</param>
/// <param name="Problem">Why the manifest cannot be read, or null.</param>
public sealed record CheckpointListing(CheckpointName Name, CheckpointManifest? Manifest, bool Announced, bool InLineage, string? Problem);
