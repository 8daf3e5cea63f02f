using Confluent.Kafka;

namespace StreamingContrastive.Contracts.Client;

/// <summary>Reads NAME.models again and again, each time from where it stopped, on the thread that asks.</summary>
internal sealed class AnnouncementFollower : IAnnouncementSource
{
    private readonly TopicReaderOptions _options;
    private readonly LastError _lastError = new();
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly Dictionary<TopicPartition, long> _next = [];

    public AnnouncementFollower(TopicReaderOptions options)
    {
        _options = options with { From = ReadFrom.Earliest, LastOffsets = null, Follow = false };
        _consumer = ConsumerFactory.Create(_options, _lastError);
    }

    public IEnumerable<ReceivedMessage> CatchUp(CancellationToken cancellation)
    {
        if (_next.Count == 0)
        {
            PartitionEnds ends = PartitionEnds.Query(_consumer, _options, _lastError);
            foreach (TopicPartitionOffset start in ends.Starts)
            {
                _next[start.TopicPartition] = start.Offset.Value;
            }

            _consumer.Assign(ends.Starts);
        }

        Dictionary<TopicPartition, long> behind = _next.ToDictionary(p => p.Key, p => EndOf(p.Key)).Where(p => _next[p.Key] < p.Value).ToDictionary();
        while (behind.Count > 0)
        {
            ConsumeResult<byte[]?, byte[]?> result = TopicReader.Consume(_consumer, _options.Topic, cancellation);
            if (result.IsPartitionEOF)
            {
                // Markers of transactions and offsets that compaction took away are behind us too. The client may still hold the
                // news of an earlier end: that one does not count.
                _next[result.TopicPartition] = Math.Max(_next[result.TopicPartition], result.Offset.Value);
                if (behind.TryGetValue(result.TopicPartition, out long end) && result.Offset.Value >= end)
                {
                    behind.Remove(result.TopicPartition);
                }
            }
            else
            {
                _next[result.TopicPartition] = result.Offset.Value + 1;
                yield return TopicReader.ToMessage(result);
            }
        }
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }

    private long EndOf(TopicPartition partition)
    {
        try
        {
            return _consumer.QueryWatermarkOffsets(partition, _options.ConnectTimeout).High.Value;
        }
        catch (KafkaException e)
        {
            throw new TopicReadException($"The end of {partition.Topic}[{partition.Partition.Value}] could not be asked for: {e.Error.Reason} (last reported: {_lastError.Reason}).", e);
        }
    }
}
