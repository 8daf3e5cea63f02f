using System.Diagnostics;
using StreamingContrastive.IntegrationTests.Chaos;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>When each input partition was passed on, as the audit file shows it: looked at ten times a second.</summary>
internal sealed class PartitionWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(long At, int Partition, long To)> _passed = [];
    private readonly Task _watching;

    public PartitionWatch(ChaosPipeline pipeline) => _watching = WatchAsync(pipeline);

    /// <summary>Longest time without progress of a partition between two moments, its end included.</summary>
    public TimeSpan LongestStill(int partition, long from, long to)
    {
        lock (_passed)
        {
            long[] moments = [from, .. _passed.Where(p => p.Partition == partition && p.At > from && p.At < to).Select(p => p.At), to];
            return moments.Zip(moments.Skip(1)).Max(pair => Stopwatch.GetElapsedTime(pair.First, pair.Second));
        }
    }

    /// <summary>Records a second of some partitions between two moments.</summary>
    public double Rate(IReadOnlyCollection<int> partitions, long from, long to)
    {
        lock (_passed)
        {
            long At(int partition, long moment) => _passed.Where(p => p.Partition == partition && p.At <= moment).Select(p => p.To).DefaultIfEmpty().Last();
            return partitions.Sum(p => At(p, to) - At(p, from)) / Stopwatch.GetElapsedTime(from, to).TotalSeconds;
        }
    }

    /// <summary>How long after a moment the rate of some partitions, over three seconds each time, was below a limit for the last time; zero when it never was.</summary>
    public TimeSpan BackAfter(IReadOnlyCollection<int> partitions, double limit, long from, long to)
    {
        const int WindowSeconds = 3;
        var low = from;
        for (var end = from; end <= to; end += Stopwatch.Frequency / 4)
        {
            if (Rate(partitions, end - (WindowSeconds * Stopwatch.Frequency), end) < limit)
            {
                low = end;
            }
        }

        return Stopwatch.GetElapsedTime(from, low);
    }

    /// <summary>Partitions that went on after a moment.</summary>
    public IReadOnlyList<int> MovedSince(long moment)
    {
        lock (_passed)
        {
            return [.. _passed.Where(p => p.At > moment).Select(p => p.Partition).Distinct().Order()];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync(ChaosPipeline pipeline)
    {
        var last = new Dictionary<int, long>();
        while (!_stop.IsCancellationRequested)
        {
            if (File.Exists(pipeline.AuditFile))
            {
                foreach (var partition in pipeline.Audit.Ranges.GroupBy(r => r.Partition.Partition))
                {
                    var to = partition.Max(r => r.To);
                    if (to > last.GetValueOrDefault(partition.Key))
                    {
                        last[partition.Key] = to;
                        lock (_passed)
                        {
                            _passed.Add((Stopwatch.GetTimestamp(), partition.Key, to));
                        }
                    }
                }
            }

            await Task.Delay(100, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
