namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>A checkpoint whose every byte was verified.</summary>
internal sealed class LoadedCheckpoint(CheckpointManifest manifest, string directory, bool isAnnounced, ICheckpointFiles files)
{
    /// <summary>Its name.</summary>
    public CheckpointName Name => Manifest.Name;

    /// <summary>Its manifest.</summary>
    public CheckpointManifest Manifest { get; } = manifest;

    /// <summary>Whether its outbox is known to be published; otherwise it has to be sent (again).</summary>
    public bool IsAnnounced { get; } = isAnnounced;

    /// <summary>Opens one of its files; the caller disposes the stream.</summary>
    public Stream OpenRead(string fileName) => Manifest.Files.Any(f => f.Name == fileName)
        ? files.OpenRead(Path.Combine(directory, fileName))
        : throw new ArgumentException($"Checkpoint {Name} has no file '{fileName}'; it has {string.Join(", ", Manifest.Files.Select(f => f.Name))}.", nameof(fileName));

    /// <summary>Reads its outbox.</summary>
    public Outbox ReadOutbox()
    {
        using var stream = OpenRead(CheckpointLayout.OutboxFile);
        return OutboxFile.Read(stream);
    }
}
