using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>Says in the log (--verbose) what the time of a start went into: a slow recovery is one of these parts.</summary>
internal sealed class StartLaps(TimeProvider clock, ILogger log)
{
    private long _last = clock.GetTimestamp();

    /// <summary>Time since the process began; asked for once, at the first line of a start.</summary>
    public void Process()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        Say("process and configuration", clock.GetUtcNow() - process.StartTime.ToUniversalTime());
    }

    /// <summary>Time since the last lap.</summary>
    public void Lap(string what)
    {
        Say(what, clock.GetElapsedTime(_last));
        _last = clock.GetTimestamp();
    }

    private void Say(string what, TimeSpan time) => log.LogDebug("Start: {Seconds:0.00} s {What}", time.TotalSeconds, what);
}
