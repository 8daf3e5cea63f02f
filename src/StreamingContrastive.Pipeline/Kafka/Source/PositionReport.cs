using Confluent.Kafka;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// Publishes how far each partition is and where it ends, once a second: the ends come from the last fetch, no broker is asked.
/// Consumer thread only.
/// </summary>
internal sealed class PositionReport(SourceCounters counters, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private long _at = time.GetTimestamp();

    /// <summary>Publishes if it is time.</summary>
    public void Refresh(IConsumer<byte[]?, byte[]?> consumer, IReadOnlyCollection<PartitionReader> held)
    {
        if (time.GetElapsedTime(_at) < Every)
        {
            return;
        }

        _at = time.GetTimestamp();
        var positions = new List<PartitionPosition>(held.Count);
        foreach (var reader in held)
        {
            long high = consumer.GetWatermarkOffsets(reader.Partition).High.Value;
            positions.Add(new PartitionPosition(reader.Reading.Partition, reader.Next, high >= 0 ? high : null));
        }

        counters.Positions(positions);
    }
}
