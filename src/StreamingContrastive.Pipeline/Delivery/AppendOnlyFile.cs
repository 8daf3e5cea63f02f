using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>
/// Opens a file whose every write lands at its end, whoever else writes there. FileMode.Append is not enough: .NET remembers where
/// the end was when it opened, so a process that was paused and resumed would write over what another has appended since.
/// </summary>
internal static class AppendOnlyFile
{
    private const int WriteOnly = 1;
    private const int AppendOnLinux = 0x400;
    private const int AppendOnMacOS = 0x8;

    /// <summary>Creates the file when it is missing. Nothing is buffered here: a write goes to the operating system.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static FileStream Open(string path)
    {
        // Not by the call below: its mode argument is variadic, and some platforms pass those in another way.
        var created = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        if (OperatingSystem.IsWindows())
        {
            return created; // Two trainers never share an audit file there: nothing stronger is promised.
        }

        created.Dispose();
        var descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), WriteOnly | (OperatingSystem.IsMacOS() ? AppendOnMacOS : AppendOnLinux));
        return descriptor >= 0
            ? new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, bufferSize: 0)
            : throw new IOException($"{path} cannot be opened: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
    }

#pragma warning disable SYSLIB1054 // LibraryImport needs unsafe code, which the project does without.
    [DllImport("libc", EntryPoint = "open", SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);
#pragma warning restore SYSLIB1054
}
