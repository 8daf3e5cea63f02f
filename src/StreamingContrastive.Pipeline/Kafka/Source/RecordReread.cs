using Confluent.Kafka;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// Reads records again by position, outside of the group and without touching its consumer. For the rare case that a record is wanted
/// after its pair was made.
/// </summary>
internal sealed class RecordReread(KafkaOptions options, string pipeline, TimeProvider clock)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The records at these offsets, ascending and at least one; those that the topic no longer holds are missing from the answer. Work
    /// of one thread for a while: called from the pool.
    /// </summary>
    /// <exception cref="RecordSourceException">The broker gave nothing for a minute.</exception>
    public Task<IReadOnlyDictionary<long, SourceRecord>> ReadAsync(PartitionId partition, IReadOnlyList<long> offsets, CancellationToken cancellation) =>
        Task.Run<IReadOnlyDictionary<long, SourceRecord>>(() => Read(partition, offsets, cancellation), cancellation);

    private Dictionary<long, SourceRecord> Read(PartitionId partition, IReadOnlyList<long> offsets, CancellationToken cancellation)
    {
        var wanted = offsets.ToHashSet();
        var found = new Dictionary<long, SourceRecord>(offsets.Count);
        using var consumer = Open();
        try
        {
            consumer.Assign(new TopicPartitionOffset(partition.Topic, partition.Partition, offsets[0]));
            for (var heard = clock.GetTimestamp(); ;)
            {
                cancellation.ThrowIfCancellationRequested();
                var result = consumer.Consume(Poll);
                if (result is null)
                {
                    if (clock.GetElapsedTime(heard) > Patience)
                    {
                        throw new RecordSourceException($"{partition} gave nothing for {Patience.TotalSeconds:0} s while offset {offsets[0]} was read again for a dead letter. Nothing is lost: its offset has not passed.");
                    }

                    continue;
                }

                heard = clock.GetTimestamp();
                if (!result.IsPartitionEOF && wanted.Contains(result.Offset.Value))
                {
                    found[result.Offset.Value] = RecordOf(result);
                }

                // Offsets rise, also over what compaction or retention took away, so the first one at or behind the last is the end.
                if (result.Offset.Value >= offsets[^1] || (result.IsPartitionEOF && IsEnd(consumer, result)))
                {
                    return found;
                }
            }
        }
        catch (KafkaException e)
        {
            throw new RecordSourceException($"{partition} offset {offsets[0]} could not be read again for a dead letter: {e.Error.Reason} ({e.Error.Code}). Nothing is lost: its offset has not passed.", e);
        }
        finally
        {
            consumer.Close();
        }
    }

    // A client may say that it is at the end when a fetch came back empty; the broker knows.
    private static bool IsEnd(IConsumer<byte[]?, byte[]?> consumer, ConsumeResult<byte[]?, byte[]?> at) =>
        at.Offset >= consumer.QueryWatermarkOffsets(at.TopicPartition, Patience).High;

    private IConsumer<byte[]?, byte[]?> Open()
    {
        var config = new ConsumerConfig(KafkaClientSettings.Reader(options, pipeline).ToDictionary(s => s.Key, s => s.Value))
        {
            GroupId = $"{pipeline}-reread", // Required by the client and never joined: the partition is assigned by hand.
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Earliest, // What is gone is passed over, and found to be missing.
        };
        config.QueuedMaxMessagesKbytes ??= 4096;
        return new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetKeyDeserializer(NullableBytes.Instance)
            .SetValueDeserializer(NullableBytes.Instance)
            .SetErrorHandler(static (_, _) => { }) // Passing ones are ridden out; what lasts ends in the minute's exception.
            .SetLogHandler(static (_, _) => { })
            .Build();
    }

    private static SourceRecord RecordOf(ConsumeResult<byte[]?, byte[]?> result) => new(
        result.Offset.Value,
        result.Message.Timestamp.Type == TimestampType.NotAvailable ? -1 : result.Message.Timestamp.UnixTimestampMs,
        result.Message.Key,
        result.Message.Value,
        result.Message.Headers is { } headers ? [.. headers.Select(h => new RecordHeader(h.Key, h.GetValueBytes()))] : []);

    private sealed class NullableBytes : IDeserializer<byte[]?>
    {
        public static readonly NullableBytes Instance = new();

        public byte[]? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => isNull ? null : data.ToArray();
    }
}
