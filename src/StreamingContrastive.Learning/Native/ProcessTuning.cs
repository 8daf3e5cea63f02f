using System.Runtime.InteropServices;

namespace StreamingContrastive.Learning.Native;

/// <summary>
/// Settings of the C library and of OpenMP that must stand before libtorch loads. Environment variables of the process itself do
/// not reach native code from .NET, and nobody should have to set any.
/// </summary>
internal static class ProcessTuning
{
    // mallopt parameters of glibc's malloc.h.
    private const int TrimThreshold = -1;
    private const int MmapMax = -4;
    private const int ArenaMax = -8;

    /// <summary>Keeps activations in memory that is mapped already, and lets waiting OpenMP threads sleep soon. Linux with glibc only.</summary>
    public static void Apply()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            KeepHeap();
            SpinShortly();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library (musl) has no such settings; they change speed only.
        }
    }

    // Activations of 10 MB and more are allocated and freed every step; by default each is mapped, page-faulted and unmapped again.
    // Measured on 2 cores, width 16, batch 256: 785 -> 950 records/s. One arena, because a thread's own arena cannot grow past 64 MiB.
    private static void KeepHeap()
    {
        _ = mallopt(MmapMax, 0);
        _ = mallopt(TrimThreshold, int.MaxValue);
        _ = mallopt(ArenaMax, 1);
    }

    // libgomp spins for milliseconds at every barrier, which takes the cores away from the augmenting threads. Measured on 2 cores with
    // one competing busy thread: 300 -> 500 records/s without spinning; alone, not spinning at all costs 5 to 10 %, hence a short spin
    // (1,000 did as well under load as none, 10,000 as badly as the default). What the user set stays.
    private static void SpinShortly()
    {
        if (getenv("OMP_WAIT_POLICY") == 0)
        {
            _ = setenv("GOMP_SPINCOUNT", "1000", 0);
        }
    }

    [DllImport("libc")]
    private static extern int mallopt(int parameter, int value);

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int setenv(string name, string value, int overwrite);

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern nint getenv(string name);
}
