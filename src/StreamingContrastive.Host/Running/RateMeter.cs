namespace StreamingContrastive.Host.Running;

/// <summary>Records per second between two looks at a counter.</summary>
internal sealed class RateMeter(TimeProvider clock)
{
    private long _since = clock.GetTimestamp();
    private long _records;

    /// <summary>The rate since the last look; 0 at the first.</summary>
    public double Measure(long records)
    {
        var elapsed = clock.GetElapsedTime(_since).TotalSeconds;
        var rate = elapsed > 0 ? Math.Max(0, records - _records) / elapsed : 0; // Another trainer counts from 0.
        (_since, _records) = (clock.GetTimestamp(), records);
        return rate;
    }
}
