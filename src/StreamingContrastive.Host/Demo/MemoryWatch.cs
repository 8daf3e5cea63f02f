using System.Diagnostics;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Demo;

/// <summary>Resident memory of this process over a stream, and how long its first step took to come.</summary>
internal sealed class MemoryWatch
{
    private const double MiB = 1024 * 1024;

    /// <summary>At half of the stream; 0 before it.</summary>
    public double HalfwayMiB { get; private set; }

    /// <summary>At the end of the stream.</summary>
    public double EndMiB { get; private set; }

    /// <summary>From the start of the process to the first step.</summary>
    public double SecondsToFirstStep { get; private set; }

    /// <summary>The highest so far, by the operating system's account.</summary>
    public static double PeakMiB
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64 / MiB;
        }
    }

    /// <summary>Looks on until the run ends.</summary>
    public async Task WatchAsync(ProgressBoard board, long target, Task completion)
    {
        var first = board.Current.Consumed;
        while (!completion.IsCompleted)
        {
            var changed = board.ChangedAsync(CancellationToken.None);
            var progress = board.Current;
            if (SecondsToFirstStep == 0 && progress.TrainedThisRun > 0)
            {
                SecondsToFirstStep = SecondsSinceStart();
            }

            if (HalfwayMiB == 0 && progress.Consumed - first >= (target - first) / 2)
            {
                HalfwayMiB = CurrentMiB();
            }

            await Task.WhenAny(changed, completion).ConfigureAwait(false);
        }

        EndMiB = CurrentMiB();
    }

    private static double CurrentMiB()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / MiB;
    }

    private static double SecondsSinceStart()
    {
        using var process = Process.GetCurrentProcess();
        return (TimeProvider.System.GetLocalNow().DateTime - process.StartTime).TotalSeconds;
    }
}
