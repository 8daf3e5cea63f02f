using System.ComponentModel;
using System.Diagnostics;
using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>
/// Whether the trainer that wrote an epoch file still runs, as far as this machine can tell. Only a courtesy: what makes it safe is the
/// new epoch file, which stops an older trainer before its next checkpoint, wherever it runs.
/// </summary>
internal static class TrainerAtWork
{
    // Start times are kept in ticks since boot, and clocks are set.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>True where that process lives; false where it does not; null where the epoch was written on another machine.</summary>
    /// <param name="epoch">The newest epoch.</param>
    /// <param name="startOf">When the process with an id was started; null where there is none.</param>
    public static bool? Find(EpochRecord epoch, Func<int, DateTimeOffset?> startOf)
    {
        if (epoch.Host != Environment.MachineName)
        {
            return null;
        }

        // An id that was given to another process since belongs to one that started later than the epoch.
        return epoch.ProcessId != Environment.ProcessId && startOf(epoch.ProcessId) is { } start && start <= epoch.CreatedAt + Tolerance;
    }

    /// <summary>When a process of this machine was started.</summary>
    public static DateTimeOffset? StartOfProcess(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : new DateTimeOffset(process.StartTime);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null; // There is none, it ended meanwhile, or it is not ours to ask.
        }
    }
}
