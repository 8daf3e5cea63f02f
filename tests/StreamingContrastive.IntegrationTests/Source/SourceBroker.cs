using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Source;

/// <summary>An embedded broker with one topic, and sources that read it.</summary>
internal sealed class SourceBroker : IAsyncDisposable
{
    internal const string Topic = "records";
    private readonly IProducer<byte[]?, byte[]?> _producer;

    internal SourceBroker(int partitions)
    {
        Kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new TopicDefinition(Topic, partitions)]));
        _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = Kafka.BootstrapServers, LingerMs = 5 })
            .SetLogHandler((_, _) => { })
            .Build();
    }

    internal EmbeddedKafka Kafka { get; }

    internal static OffsetTable NoOffsets { get; } = Table(1);

    internal static PartitionId Partition(int number) => new(Topic, number);

    internal static OffsetTable Table(long epoch, params (int Partition, long Next)[] next) =>
        new(epoch, next.ToImmutableDictionary(entry => Partition(entry.Partition), entry => entry.Next));

    /// <summary>The value of record i of a partition; every seventh is a tombstone, every eleventh empty, when asked for.</summary>
    internal static byte[]? ValueOf(int partition, int i, int bytes, bool odd) =>
        odd && i % 7 == 0 ? null
        : odd && i % 11 == 0 ? []
        : [.. BitConverter.GetBytes(partition), .. BitConverter.GetBytes(i), .. new byte[bytes - 8]];

    /// <summary>Produces records to one partition and waits for the acknowledgements.</summary>
    internal void Produce(int partition, int count, int bytes = 784, int first = 0, bool odd = false)
    {
        int failures = 0;
        for (int i = first; i < first + count; i++)
        {
            var message = new Message<byte[]?, byte[]?>
            {
                Key = Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)),
                Value = ValueOf(partition, i, bytes, odd),
                Headers = odd ? new Headers { { "label", Encoding.UTF8.GetBytes((i % 10).ToString(CultureInfo.InvariantCulture)) } } : null,
            };
            _producer.Produce(new TopicPartition(Topic, partition), message, report => failures += report.Error.IsError ? 1 : 0);
            if (i % 1000 == 0)
            {
                _producer.Flush(TimeSpan.FromSeconds(20)).ShouldBe(0);
            }
        }

        _producer.Flush(TimeSpan.FromSeconds(20)).ShouldBe(0);
        failures.ShouldBe(0);
    }

    internal RecordSource Start(
        OffsetTable table,
        RecordSourceSettings? settings = null,
        Action<ConsumerConfig>? configure = null,
        ILogger? logger = null)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = Kafka.BootstrapServers,
            GroupId = "pipeline",
            FetchWaitMaxMs = 20,
            SessionTimeoutMs = 6000,
            HeartbeatIntervalMs = 200,
            ReconnectBackoffMaxMs = 200,
            AutoCommitIntervalMs = 100,
        };
        configure?.Invoke(config);
        return RecordSource.Start(config, settings ?? new RecordSourceSettings([Topic]), table, logger ?? NullLogger.Instance, TimeProvider.System);
    }

    /// <summary>The group's committed offset, or null.</summary>
    internal long? Committed(int partition)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = Kafka.BootstrapServers, GroupId = "pipeline" })
            .SetLogHandler((_, _) => { })
            .Build();
        var offset = consumer.Committed([new TopicPartition(Topic, partition)], TimeSpan.FromSeconds(10))[0].Offset;
        return offset.Value >= 0 ? offset.Value : null;
    }

    public async ValueTask DisposeAsync()
    {
        _producer.Dispose();
        await Kafka.DisposeAsync();
    }
}
