using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>
/// Records that wait: ends of the partitions less the trainer's own offsets. The client's consumer_lag is relative to the
/// group's commits, which are advisory here.
/// </summary>
internal static class PipelineLag
{
    /// <summary>Sum over the partitions whose end is known; -1 when none is.</summary>
    public static long Of(IReadOnlyDictionary<PartitionId, long> trained, SourceStatistics statistics)
    {
        long lag = 0;
        var known = false;
        foreach (var position in statistics.Partitions)
        {
            if (position.HighWatermark is { } high && trained.TryGetValue(position.Partition, out var next))
            {
                lag += Math.Max(0, high - next);
                known = true;
            }
        }

        return known ? lag : -1;
    }
}
