namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>An entry of a directory.</summary>
/// <param name="Name">Name without path.</param>
/// <param name="IsDirectory">Whether it is a directory.</param>
public readonly record struct CheckpointFileEntry(string Name, bool IsDirectory);

/// <summary>
/// The few file operations that the commit point rests on, so that a test can lose unsynced writes, tear files and fail at any
/// of them. Failures are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// </summary>
public interface ICheckpointFiles
{
    /// <summary>Whether the directory exists.</summary>
    public bool DirectoryExists(string path);

    /// <summary>Creates one directory in an existing one; nothing happens when it exists. Durable once the parent is synced.</summary>
    public void CreateDirectory(string path);

    /// <summary>
    /// Creates a file that must not exist, writes it and makes its content durable (its name is durable once the directory is
    /// synced). False, without calling <paramref name="write"/>, when the file exists already.
    /// </summary>
    public bool TryCreateNew(string path, Action<Stream> write);

    /// <summary>Makes a directory's entries durable.</summary>
    public void SyncDirectory(string path);

    /// <summary>Renames a directory atomically within one file system; fails when the target exists and is not empty.</summary>
    public void Rename(string from, string to);

    /// <summary>The entries of a directory, in no particular order.</summary>
    public IReadOnlyList<CheckpointFileEntry> List(string directory);

    /// <summary>Opens a file to be read; the stream can seek. A missing one is a <see cref="FileNotFoundException"/> or <see cref="DirectoryNotFoundException"/>.</summary>
    public Stream OpenRead(string path);

    /// <summary>Removes a file or a directory with all in it; nothing happens when there is none. Not atomic.</summary>
    public void DeleteTree(string path);
}
