using System.Runtime.InteropServices;

namespace StreamingContrastive.Learning.Training;

/// <summary>Memory of an accelerator as its driver sees it, shared with other processes.</summary>
/// <param name="FreeBytes">Bytes that nobody holds. Torch's cache counts as held.</param>
/// <param name="TotalBytes">All bytes.</param>
public readonly record struct DeviceMemory(long FreeBytes, long TotalBytes)
{
    private const int Success = 0;

    private delegate int MemGetInfo(out nuint free, out nuint total);

    // The driver's own library is wherever a GPU is; the runtime's file name changes with the version that libtorch was built for.
    private static readonly Lazy<MemGetInfo?> Driver = new(() =>
        NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda" : "libcuda.so.1", out var library) && NativeLibrary.TryGetExport(library, "cuMemGetInfo_v2", out var function)
            ? Marshal.GetDelegateForFunctionPointer<MemGetInfo>(function)
            : null);

    /// <summary>The CUDA device that the calling thread works on; null where there is none, or the thread has none yet.</summary>
    internal static DeviceMemory? OfThisThread() =>
        Driver.Value is { } read && read(out var free, out var total) == Success ? new DeviceMemory((long)free, (long)total) : null;
}
