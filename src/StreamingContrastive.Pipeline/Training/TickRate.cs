namespace StreamingContrastive.Pipeline.Training;

/// <summary>How fast a count grows, over the last ten seconds of a trainer's ticks. One caller.</summary>
/// <param name="clock">Clock.</param>
internal sealed class TickRate(TimeProvider clock)
{
    private const int Ticks = 20;

    private readonly Queue<(long At, long Count)> _seen = new(Ticks + 1);

    /// <summary>A second; 0 before two ticks.</summary>
    public double PerSecond { get; private set; }

    /// <summary>A tick: the count is this.</summary>
    public void Observe(long count)
    {
        var now = clock.GetTimestamp();
        if (_seen.Count > 0 && _seen.Last().Count > count)
        {
            _seen.Clear(); // It began anew.
        }

        _seen.Enqueue((now, count));
        if (_seen.Count > Ticks + 1)
        {
            _seen.Dequeue();
        }

        var (at, first) = _seen.Peek();
        var seconds = clock.GetElapsedTime(at, now).TotalSeconds;
        PerSecond = seconds > 0 ? (count - first) / seconds : 0;
    }
}
