namespace StreamingContrastive.Host.Commands;

/// <summary>Keeps a loop at a rate: item i is due i / rate after the first. Late items are not made up for by more than the rate's own schedule.</summary>
/// <param name="perSecond">Items a second; null for no limit.</param>
/// <param name="clock">The clock.</param>
internal sealed class Pace(double? perSecond, TimeProvider clock)
{
    // Below this a timer costs more than it keeps.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(5);
    private readonly long _start = clock.GetTimestamp();

    /// <summary>Time since it was made.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_start);

    /// <summary>Waits until item <paramref name="index"/> is due.</summary>
    public Task WaitAsync(long index, CancellationToken cancellation)
    {
        if (perSecond is not { } rate)
        {
            return Task.CompletedTask;
        }

        var early = TimeSpan.FromSeconds(index / rate) - Elapsed;
        return early < Shortest ? Task.CompletedTask : Task.Delay(early, clock, cancellation);
    }
}
