using Confluent.Kafka;

namespace StreamingContrastive.Contracts.Client;

/// <summary>
/// Reads every partition of a topic, without a group, on the thread that enumerates: that thread alone calls Consume and
/// Close. Messages of one partition come in order.
/// </summary>
public sealed class TopicReader
{
    private readonly TopicReaderOptions _options;

    /// <summary>Makes a reader; nothing is connected before <see cref="Read"/> is enumerated.</summary>
    /// <exception cref="ArgumentException"><c>bootstrap.servers</c> is not set.</exception>
    public TopicReader(TopicReaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.Consumer.ContainsKey("bootstrap.servers"))
        {
            throw new ArgumentException("The consumer settings lack bootstrap.servers: name the brokers as host:port,host:port.", nameof(options));
        }

        _options = options;
    }

    /// <summary>Connects and yields the messages; may be enumerated again, from the beginning.</summary>
    /// <exception cref="TopicReadException">The broker cannot be reached, the topic is missing, or reading failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the only end of a reader that follows.</exception>
    public IEnumerable<ReceivedMessage> Read(CancellationToken cancellation = default)
    {
        var lastError = new LastError();
        using IConsumer<byte[]?, byte[]?> consumer = ConsumerFactory.Create(_options, lastError);
        try
        {
            PartitionEnds ends = PartitionEnds.Query(consumer, _options, lastError);
            consumer.Assign(ends.Starts);
            while (_options.Follow || !ends.AllReached)
            {
                ConsumeResult<byte[]?, byte[]?> result = Consume(consumer, _options.Topic, cancellation);
                if (result.IsPartitionEOF)
                {
                    ends.Reach(result.Partition.Value);
                }
                else if (_options.Follow || ends.Pass(result.Partition.Value, result.Offset.Value))
                {
                    yield return ToMessage(result);
                }
            }
        }
        finally
        {
            consumer.Close();
        }
    }

    internal static ConsumeResult<byte[]?, byte[]?> Consume(IConsumer<byte[]?, byte[]?> consumer, string topic, CancellationToken cancellation)
    {
        try
        {
            return consumer.Consume(cancellation);
        }
        catch (ConsumeException e)
        {
            throw new TopicReadException($"Reading {topic} failed: {e.Error.Reason} ({e.Error.Code}).", e);
        }
    }

    internal static ReceivedMessage ToMessage(ConsumeResult<byte[]?, byte[]?> result)
    {
        Message<byte[]?, byte[]?> message = result.Message;
        RecordHeader[] headers = message.Headers is null
            ? []
            : [.. message.Headers.Select(h => new RecordHeader(h.Key, h.GetValueBytes()))];
        long timestamp = message.Timestamp.Type == TimestampType.NotAvailable ? -1 : message.Timestamp.UnixTimestampMs;
        return new ReceivedMessage(result.Topic, result.Partition.Value, result.Offset.Value, timestamp, message.Key, message.Value, headers);
    }
}
