using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>
/// Records that wait: ends of the partitions less the trainer's own offsets. The client's consumer_lag is relative to the
/// group's commits, which are advisory here.
/// </summary>
internal static class PipelineLag
{
    /// <summary>Of every partition whose end is known.</summary>
    public static IReadOnlyList<PartitionLag> Of(IReadOnlyDictionary<PartitionId, long> trained, IReadOnlyList<PartitionPosition> positions)
    {
        var lags = new List<PartitionLag>(positions.Count);
        foreach (var position in positions)
        {
            if (position.HighWatermark is { } high && trained.TryGetValue(position.Partition, out var next))
            {
                lags.Add(new PartitionLag(position.Partition, Math.Max(0, high - next)));
            }
        }

        return lags;
    }

    /// <summary>Their sum; -1 when none is known.</summary>
    public static long Sum(IReadOnlyList<PartitionLag> lags) => lags.Count == 0 ? -1 : lags.Sum(lag => lag.Records);
}
