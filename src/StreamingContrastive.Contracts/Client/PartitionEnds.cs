using Confluent.Kafka;

namespace StreamingContrastive.Contracts.Client;

/// <summary>Where reading begins in each partition, where it may end, and which ends have been reached.</summary>
internal sealed class PartitionEnds
{
    private readonly Dictionary<int, long> _open = [];

    private PartitionEnds(IReadOnlyList<TopicPartitionOffset> starts) => Starts = starts;

    public IReadOnlyList<TopicPartitionOffset> Starts { get; }

    public bool AllReached => _open.Count == 0;

    public static PartitionEnds Query(IConsumer<byte[]?, byte[]?> consumer, TopicReaderOptions options, LastError lastError)
    {
        try
        {
            List<TopicPartitionOffset> starts = [];
            var ends = new PartitionEnds(starts);
            foreach (TopicPartition partition in PartitionsOf(consumer, options))
            {
                WatermarkOffsets range = consumer.QueryWatermarkOffsets(partition, options.ConnectTimeout);
                Offset start = options.From == ReadFrom.Latest ? range.High : Math.Max(range.Low.Value, range.High.Value - (options.LastOffsets ?? range.High.Value));
                starts.Add(new TopicPartitionOffset(partition, start));
                if (start < range.High)
                {
                    ends._open.Add(partition.Partition.Value, range.High.Value);
                }
            }

            return ends;
        }
        catch (KafkaException e)
        {
            throw new TopicReadException(
                $"{options.Topic} cannot be read from {options.Consumer["bootstrap.servers"]} within {options.ConnectTimeout.TotalSeconds:0.#} s: "
                + $"{e.Error.Reason} (last reported: {lastError.Reason}). Check the address, and that a broker listens there.",
                e);
        }
    }

    /// <summary>True when the message lies before the end; closes the partition with its last message.</summary>
    public bool Pass(int partition, long offset)
    {
        if (!_open.TryGetValue(partition, out long end))
        {
            return false;
        }

        if (offset + 1 >= end)
        {
            _open.Remove(partition);
        }

        return offset < end;
    }

    /// <summary>
    /// The partition has nothing more to give: compaction or an open transaction may keep its last offsets from ever coming.
    /// </summary>
    public void Reach(int partition) => _open.Remove(partition);

    private static IEnumerable<TopicPartition> PartitionsOf(IConsumer<byte[]?, byte[]?> consumer, TopicReaderOptions options)
    {
        // All topics are asked for: asking for one by name makes brokers with auto.create.topics.enable create it.
        using IAdminClient admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        Metadata metadata = admin.GetMetadata(options.ConnectTimeout);
        TopicMetadata topic = metadata.Topics.Find(t => t.Topic == options.Topic)
            ?? throw new TopicReadException(
                $"The topic {options.Topic} does not exist at {options.Consumer["bootstrap.servers"]}, or this user may not see it. "
                + "A pipeline's outputs are NAME.embeddings, NAME.metrics, NAME.models and NAME.dead-letters.");
        return topic.Partitions.Select(p => new TopicPartition(options.Topic, p.PartitionId));
    }
}
