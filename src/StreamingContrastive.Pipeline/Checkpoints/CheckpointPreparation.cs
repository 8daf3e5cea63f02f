namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Writes a whole checkpoint into its temporary directory, every file and then the directory made durable: all but the rename.</summary>
internal sealed class CheckpointPreparation(CheckpointLayout layout, ICheckpointFiles files, TimeProvider time)
{
    /// <summary>Writes it. What an abandoned attempt left under the same name is removed first.</summary>
    public PreparedCheckpoint Write(CheckpointContent content, CheckpointPlace place)
    {
        var directory = layout.Temporary(place.Name);
        files.DeleteTree(directory);
        files.CreateDirectory(directory);

        List<CheckpointFileHash> hashes =
        [
            .. content.Files.Select(f => WriteHashed(directory, RequirePlainName(f.Name), f.Write)),
            WriteHashed(directory, CheckpointLayout.OutboxFile, s => OutboxFile.Write(s, content.Outbox)),
            WriteHashed(directory, CheckpointLayout.ConfigurationFile, s => s.Write(content.Configuration.Span)),
        ];
        var manifest = Manifest(content, place, hashes);
        var sealedBytes = ChecksummedJson.Seal(manifest, CheckpointJson.Default.CheckpointManifest);
        Create(Path.Combine(directory, CheckpointLayout.ManifestFile), s => s.Write(sealedBytes));
        files.SyncDirectory(directory);
        return new(manifest with { Checksum = ChecksummedJson.ReadChecksum(sealedBytes) }, directory);
    }

    private CheckpointManifest Manifest(CheckpointContent content, CheckpointPlace place, IReadOnlyList<CheckpointFileHash> hashes) => new()
    {
        FormatVersion = CheckpointLayout.FormatVersion,
        ModelVersion = content.ModelVersion,
        SpaceId = content.SpaceId,
        Epoch = place.Name.Epoch,
        Step = place.Name.Step,
        Sequence = place.Name.Sequence,
        Parent = place.Parent,
        BranchedFrom = place.BranchedFrom,
        ClusterId = content.ClusterId,
        TopicIds = content.TopicIds,
        NextOffsets =
        [
            .. content.NextOffsets
                .Select(o => new PartitionOffset(o.Key.Topic, o.Key.Partition, o.Value))
                .OrderBy(o => o.Topic, StringComparer.Ordinal).ThenBy(o => o.Partition),
        ],
        Counters = CheckpointCounters.Of(content.Counters),
        Seed = content.Seed,
        CreatedAt = time.GetUtcNow(),
        Files = hashes,
    };

    private CheckpointFileHash WriteHashed(string directory, string name, Action<Stream> write)
    {
        CheckpointFileHash? hash = null;
        Create(Path.Combine(directory, name), stream =>
        {
            using var hashing = new HashingStream(stream);
            write(hashing);
            hash = hashing.ToFileHash(name);
        });
        return hash!;
    }

    private void Create(string path, Action<Stream> write)
    {
        if (!files.TryCreateNew(path, write))
        {
            throw new IOException($"{path} exists already, in a directory that was just made: two files of one checkpoint bear the same name, or another process writes there.");
        }
    }

    private static string RequirePlainName(string name) =>
        name.Length > 0 && name[0] != '.' && Path.GetFileName(name) == name
        && name is not (CheckpointLayout.ManifestFile or CheckpointLayout.OutboxFile or CheckpointLayout.ConfigurationFile)
            ? name
            : throw new ArgumentException($"'{name}' cannot be a file of a checkpoint: a plain file name is allowed that is none of the store's own.", nameof(name));
}
