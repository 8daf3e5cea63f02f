namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>
/// Tries, before anything depends on them, the two guarantees that everything rests on: a file is created exclusively (two
/// trainers never hold one epoch) and a directory is renamed atomically (the commit point). Some network and FUSE file systems
/// have neither.
/// </summary>
internal sealed class StoreProbe(CheckpointLayout layout, ICheckpointFiles files)
{
    private const string Prefix = ".probe-";

    public void Run()
    {
        try
        {
            // A name of its own for each start: two trainers may probe at the same time. So what a kill in these few
            // milliseconds leaves behind stays; it is small, and removing it could pull the directory from under the other.
            Probe(Path.Combine(layout.Root, Prefix + Guid.NewGuid().ToString("N")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointDirectoryException(
                $"{layout.Root} cannot hold checkpoints: {IoReason.Of(e)} ({e.Message}). It must be writable, and its file system must create files exclusively, rename directories atomically and sync directories. Set checkpoint.directory to such a place (a local disk, a block volume).",
                e);
        }
    }

    private void Probe(string directory)
    {
        var (source, target) = (Path.Combine(directory, "from"), Path.Combine(directory, "to"));
        foreach (var path in new[] { directory, source, target })
        {
            files.CreateDirectory(path);
        }

        var file = Path.Combine(source, "probe");
        Require(files.TryCreateNew(file, s => s.Write("probe"u8)), "a new file could not be created");
        Require(!files.TryCreateNew(file, s => s.Write("second"u8)), "a file that existed was created a second time");
        Require(files.TryCreateNew(Path.Combine(target, "other"), s => s.Write("other"u8)), "a new file could not be created");
        Require(!TryRename(source, target), "a directory was renamed over one that is not empty");
        files.DeleteTree(target);
        files.Rename(source, target);
        Require(
            !files.DirectoryExists(source) && CheckpointVerifier.ReadAll(files, Path.Combine(target, "probe")).AsSpan().SequenceEqual("probe"u8),
            "a renamed directory was not where it should be");
        files.DeleteTree(directory);
    }

    private bool TryRename(string from, string to)
    {
        try
        {
            files.Rename(from, to);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new IOException(otherwise);
        }
    }
}
