using System.Globalization;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Where everything lies below the checkpoint directory.</summary>
internal sealed class CheckpointLayout(string root)
{
    public const int FormatVersion = 1;
    public const string ManifestFile = "manifest.json";
    public const string OutboxFile = "outbox.bin";
    public const string ConfigurationFile = "configuration.json";
    public const string EpochExtension = ".json";
    public const string ClaimExtension = ".claim";
    public const string TemporaryPrefix = ".tmp-";
    public const string TrashPrefix = ".trash-";

    public string Root { get; } = Path.GetFullPath(root);

    public string Epochs => Path.Combine(Root, "epochs");

    public string Checkpoints => Path.Combine(Root, "checkpoints");

    /// <summary>One empty file for each checkpoint whose outbox the broker has acknowledged.</summary>
    public string Announced => Path.Combine(Root, "announced");

    /// <summary>One empty file for each checkpoint whose encoder was seen to be healthy afterwards.</summary>
    public string Healthy => Path.Combine(Root, "healthy");

    public string EpochFile(long epoch) => Path.Combine(Epochs, epoch.ToString("D10", CultureInfo.InvariantCulture) + EpochExtension);

    /// <summary>
    /// Created exclusively before anything is read: it takes the number and fences every older trainer. Only then is the parent
    /// chosen and the epoch file written. With one file for both, a commit of the older trainer could slip in between
    /// reading the directory and creating the file, be published, and be left out of the new lineage.
    /// </summary>
    public string EpochClaim(long epoch) => Path.Combine(Epochs, epoch.ToString("D10", CultureInfo.InvariantCulture) + ClaimExtension);

    public string Checkpoint(CheckpointName name) => Path.Combine(Checkpoints, name.ToString());

    /// <summary>Beside the finished ones: a rename does not cross file systems.</summary>
    public string Temporary(CheckpointName name) => Path.Combine(Checkpoints, TemporaryPrefix + name);

    /// <summary>A checkpoint on its way out is renamed first, so that a half-deleted one is never taken for a damaged one.</summary>
    public string Trash(CheckpointName name) => Path.Combine(Checkpoints, TrashPrefix + name);

    public string AnnouncedMarker(CheckpointName name) => Path.Combine(Announced, name.ToString());

    public string HealthyMarker(CheckpointName name) => Path.Combine(Healthy, name.ToString());

    /// <summary>The number that an epoch file or a claim bears; null for any other file.</summary>
    public static long? EpochOf(string fileName) =>
        Path.GetExtension(fileName) is EpochExtension or ClaimExtension
        && long.TryParse(Path.GetFileNameWithoutExtension(fileName), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? epoch
            : null;
}
