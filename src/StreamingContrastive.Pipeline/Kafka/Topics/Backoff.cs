namespace StreamingContrastive.Pipeline.Kafka.Topics;

/// <summary>Exponential backoff: First, 2 First, 4 First, ... and never more than Cap. Without jitter: one client waits at a start.</summary>
/// <param name="First">Delay after the first failure.</param>
/// <param name="Cap">Longest delay.</param>
internal readonly record struct Backoff(TimeSpan First, TimeSpan Cap)
{
    /// <summary>Delay after the <paramref name="failures"/>th failure, from 1.</summary>
    internal TimeSpan After(int failures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var delay = First.TotalMilliseconds * Math.Pow(2, failures - 1);
        return delay < Cap.TotalMilliseconds ? TimeSpan.FromMilliseconds(delay) : Cap;
    }
}
