using Confluent.Kafka;

namespace StreamingContrastive.Pipeline.Kafka.Output;

/// <summary>The producers' settings: the promises are set, whatever the caller says; limits are defaults.</summary>
internal static class OutputProducerConfig
{
    /// <summary>Default bound of what waits in the client, KiB. An outbox is larger; the rest waits for reports.</summary>
    public const int DefaultQueueKbytes = 16 * 1024;

    /// <summary>librdkafka's default of message.max.bytes.</summary>
    public const int DefaultMaxMessageBytes = 1_000_000;

    /// <summary>A completed copy; the argument is left alone.</summary>
    public static ProducerConfig Complete(ProducerConfig config)
    {
        var complete = new ProducerConfig(config.ToDictionary(setting => setting.Key, setting => setting.Value))
        {
            // Retries must neither repeat nor reorder, and an acknowledgement has to mean all replicas.
            EnableIdempotence = true,
            Acks = Acks.All,
            // Key and value come back by reference only, so that a failure can be traced to its record.
            DeliveryReportFields = "key,value",
        };
        // As JVM producers do, so that outputs are co-partitioned with what they write.
        complete.Partitioner ??= Partitioner.Murmur2Random;
        complete.LingerMs ??= 5;
        // Twice the largest message: one that is larger than the whole queue would wait for room forever.
        long messageKbytes = (complete.MessageMaxBytes ?? DefaultMaxMessageBytes) / 1024L;
        complete.QueueBufferingMaxKbytes ??= (int)Math.Max(DefaultQueueKbytes, Math.Min(int.MaxValue / 2, 2 * messageKbytes));
        return complete;
    }
}
