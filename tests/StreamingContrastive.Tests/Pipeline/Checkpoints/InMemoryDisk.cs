using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

public enum FaultKind
{
    /// <summary>The call fails, the process may go on.</summary>
    IoError,

    /// <summary>The process dies at the call; what was written stays in the page cache.</summary>
    Kill,

    /// <summary>The machine dies at the call; what was not synced may be lost, torn or kept.</summary>
    PowerLoss,
}

/// <summary>The process or the machine is gone: nothing of the code under test may catch this.</summary>
internal sealed class SimulatedDeathException(FaultKind kind) : Exception($"Simulated {kind}.");

/// <summary>
/// A disk that keeps, beside what a process sees, what a power loss would leave: file contents as of their last fsync, directory
/// entries as of the last fsync of the directory plus any of the changes since then. Fails at the n-th step; a file's creation, each
/// write to it and its fsync are steps of their own, so a fault may tear it.
/// </summary>
internal sealed class InMemoryDisk : ICheckpointFiles
{
    private readonly Lock _lock = new();
    private readonly List<string> _log = [];
    private DiskDirectory _root = new();
    private bool _dead;

    public int? FaultAt { get; set; }

    public FaultKind FaultKind { get; set; }

    public int ErrorCode { get; set; } = 28;

    /// <summary>A disk that lies: which syncs ("fsync FILE", "fsyncdir DIRECTORY") it only says it has made.</summary>
    public Predicate<string> IgnoresSync { get; set; } = _ => false;

    public bool OverwritesInsteadOfExclusive { get; set; }

    public bool RenamesOverDirectories { get; set; }

    /// <summary>Called on the thread of the operation, outside of the lock.</summary>
    public Action<string>? Done { get; set; }

    public int Steps { get; private set; }

    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_lock)
            {
                return [.. _log];
            }
        }
    }

    public InMemoryDisk AfterKill() => new() { _root = _root };

    public InMemoryDisk AfterPowerLoss(int seed) => new() { _root = _root.AfterPowerLoss(new Random(seed)) };

    /// <summary>The disk is a server's, which loses power and comes back while the trainers go on.</summary>
    public void RestartServer(int seed) => _root = _root.AfterPowerLoss(new Random(seed));

    public bool DirectoryExists(string path) => Find(path) is DiskDirectory;

    public void CreateDirectory(string path)
    {
        Step("mkdir", path);
        if (Find(path) is null)
        {
            Parent(path).Put(Path.GetFileName(path), new DiskDirectory());
        }
    }

    public bool TryCreateNew(string path, Action<Stream> write)
    {
        Step("create", path);
        if (Find(path) is not null && !OverwritesInsteadOfExclusive)
        {
            return false;
        }

        var file = new DiskFile();
        Parent(path).Put(Path.GetFileName(path), file);
        using (var stream = new DiskFileStream(file, () => Step("write", path)))
        {
            write(stream);
        }

        Step("fsync", path);
        if (!IgnoresSync($"fsync {path}"))
        {
            file.Sync();
        }

        Done?.Invoke($"fsync {path}");
        return true;
    }

    public void SyncDirectory(string path)
    {
        Step("fsyncdir", path);
        if (!IgnoresSync($"fsyncdir {path}"))
        {
            Directory(path).Sync();
        }

        Done?.Invoke($"fsyncdir {path}");
    }

    public void Rename(string from, string to)
    {
        Step("rename", $"{from} {to}");
        if (Path.GetDirectoryName(from) != Path.GetDirectoryName(to))
        {
            throw new NotSupportedException("The double renames within one directory only.");
        }

        if (!RenamesOverDirectories && Find(to) is DiskDirectory { IsEmpty: false })
        {
            throw new IOException($"{to} is not empty.");
        }

        if (Find(from) is null)
        {
            throw new FileNotFoundException($"There is no {from}.");
        }

        Parent(from).Move(Path.GetFileName(from), Path.GetFileName(to));
        Done?.Invoke($"rename {to}");
    }

    public IReadOnlyList<CheckpointFileEntry> List(string directory)
    {
        Step("list", directory);
        List<CheckpointFileEntry> entries = [.. Directory(directory).Entries.Select(e => new CheckpointFileEntry(e.Key, e.Value is DiskDirectory))];
        Done?.Invoke($"list {directory}");
        return entries;
    }

    public Stream OpenRead(string path)
    {
        Step("read", path);
        return Find(path) is DiskFile file ? new MemoryStream(file.Content, writable: false) : throw new FileNotFoundException($"No file {path}.");
    }

    public void DeleteTree(string path)
    {
        if (Find(path) is DiskDirectory directory)
        {
            foreach (var name in directory.Entries.Keys)
            {
                DeleteTree(Path.Combine(path, name));
            }
        }

        Step("delete", path);
        if (Find(path) is not null)
        {
            Parent(path).Remove(Path.GetFileName(path));
        }
    }

    /// <summary>Changes a file behind everybody's back.</summary>
    public void Tamper(string path, Func<byte[], byte[]> change) => ((DiskFile)Find(path)!).Tamper(change);

    private void Step(string call, string path)
    {
        lock (_lock)
        {
            Steps++;
            if (_dead || (Steps == FaultAt && FaultKind != FaultKind.IoError))
            {
                _dead = true;
                throw new SimulatedDeathException(FaultKind);
            }

            if (Steps == FaultAt)
            {
                throw new IOException($"{call} {path} failed.", ErrorCode);
            }

            _log.Add($"{call} {path}");
        }
    }

    private DiskDirectory Parent(string path) => Directory(Path.GetDirectoryName(path)!);

    private DiskDirectory Directory(string path) => Find(path) as DiskDirectory ?? throw new DirectoryNotFoundException($"No directory {path}.");

    private DiskNode? Find(string path)
    {
        DiskNode? node = _root;
        foreach (var part in path[Path.GetPathRoot(path)!.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            node = (node as DiskDirectory)?.Entries.GetValueOrDefault(part);
        }

        return node;
    }
}
