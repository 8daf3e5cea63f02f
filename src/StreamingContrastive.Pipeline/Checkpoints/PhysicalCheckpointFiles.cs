using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>
/// The operating system's files, with fsync of files and, on Unix, of directories. Windows has no call for the latter: there
/// NTFS's own journal orders the rename, and nothing stronger is promised.
/// </summary>
public sealed class PhysicalCheckpointFiles : ICheckpointFiles
{
    private const int ReadOnly = 0;
    private const int NotPermitted = 1;
    private const int AccessDenied = 13;

    /// <inheritdoc />
    public bool DirectoryExists(string path) => Directory.Exists(path);

    /// <inheritdoc />
    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    /// <inheritdoc />
    public bool TryCreateNew(string path, Action<Stream> write)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 128 * 1024);
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }

        using (stream)
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }

        return true;
    }

    /// <inheritdoc />
    public void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), ReadOnly);
        if (descriptor < 0)
        {
            throw Failure("open", path);
        }

        try
        {
            if (Fsync(descriptor) != 0)
            {
                throw Failure("fsync", path);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <inheritdoc />
    public void Rename(string from, string to) => Directory.Move(from, to);

    /// <inheritdoc />
    public IReadOnlyList<CheckpointFileEntry> List(string directory) =>
        [.. new DirectoryInfo(directory).EnumerateFileSystemInfos().Select(e => new CheckpointFileEntry(e.Name, e is DirectoryInfo))];

    /// <inheritdoc />
    public Stream OpenRead(string path) =>
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 128 * 1024, FileOptions.SequentialScan);

    /// <inheritdoc />
    public void DeleteTree(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static Exception Failure(string call, string path)
    {
        var code = Marshal.GetLastPInvokeError();
        var message = $"{call} of the directory {path} failed: {new Win32Exception(code).Message}.";
        return code is NotPermitted or AccessDenied ? new UnauthorizedAccessException(message) : new IOException(message, code);
    }

    // .NET opens no directory (FileStream refuses them), so its entries can only be synced through libc. The path goes as bytes:
    // no marshalling, and no unsafe code for the generated kind of import.
#pragma warning disable SYSLIB1054 // LibraryImport needs unsafe code, which the project does without.
    [DllImport("libc", EntryPoint = "open", SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
#pragma warning restore SYSLIB1054
}
