namespace StreamingContrastive.Host.Web.Feed;

/// <summary>A counter's rate over its last looks. A counter that begins anew counts from there.</summary>
internal sealed class RecentRate(TimeProvider clock, int looks)
{
    private readonly Queue<(long Timestamp, long Count)> _looks = new();
    private long _last;

    /// <summary>Looks, and says how many a second came since <c>looks</c> looks ago; 0 at the first.</summary>
    public double Measure(long count)
    {
        if (count < _last)
        {
            _looks.Clear();
        }

        _last = count;
        var now = clock.GetTimestamp();
        _looks.Enqueue((now, count));
        if (_looks.Count > looks + 1)
        {
            _looks.Dequeue();
        }

        var (then, before) = _looks.Peek();
        var elapsed = clock.GetElapsedTime(then, now);
        return elapsed > TimeSpan.Zero ? (count - before) / elapsed.TotalSeconds : 0;
    }
}
