using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Host.Demo;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Demo;

/// <summary>
/// The embedded broker drops the oldest records beyond 5 MiB a partition; a record above the last durable checkpoint's offsets may be
/// read again. So the demo's producer must stay within a bounded distance of those offsets, however far it has to go in all.
/// </summary>
public sealed class DemoProducerTests
{
    private const int Partitions = 2;
    private const int Records = 30_000; // 11 MiB a partition: more than twice what the broker keeps.
    private static readonly LabelledPictures Pictures = FashionMnistDataset.Bundled().Stream;
    private static readonly int Window = DemoProducer.WindowFor(Pictures.Shape.ByteCount);

    /// <summary>
    /// A checkpoint that stalls holds the producer back; at every moment everything above the durable offsets can be read; in the end
    /// every record was read once, in order. Seen red when the producer ignored the partition of a record (windows are counted per
    /// partition); without any bound records are dropped unread, which is what the next test shows.
    /// </summary>
    [Fact]
    public async Task RunAsync_CheckpointStallsAndGoesOn_NoRecordThatMayBeReadAgainIsDropped()
    {
        await using var kafka = Start();
        using var records = new RecordProducer(Kafka(kafka), "demo-producer", NullLogger.Instance, TimeProvider.System);
        using var reader = new LogReader(kafka.BootstrapServers);
        var (durable, changed) = (new Dictionary<PartitionId, long>(), new TaskCompletionSource());
        var producer = new DemoProducer(Stream(), records.ProduceAsync, () => Volatile.Read(ref durable), _ => Volatile.Read(ref changed).Task, Window);

        var producing = producer.RunAsync(Records, TestContext.Current.CancellationToken);
        await producer.CaughtUp;
        producer.Produced.ShouldBe(Partitions * Window);
        while (reader.Read < Records)
        {
            // What a restart would read: from the durable offsets on, everything must be there.
            reader.Lows().ShouldAllBe(low => low.Value <= durable.GetValueOrDefault(low.Key));
            reader.ReadTo(producer.Produced, Pictures);
            producer.Produced.ShouldBeLessThanOrEqualTo(durable.Values.Sum() + (Partitions * Window));

            var next = new TaskCompletionSource();
            Volatile.Write(ref durable, reader.Next());
            Interlocked.Exchange(ref changed, next).SetResult();
            await Task.WhenAny(next.Task, producing, Waits(producer, durable));
        }

        await producing;
        producer.Produced.ShouldBe(Records);
        reader.Lows().Values.ShouldAllBe(low => low > 0, "the broker kept everything, so this test has shown nothing");
    }

    /// <summary>The same without a bound: the broker drops records that nobody has read.</summary>
    [Fact]
    public async Task RunAsync_WithoutABound_RecordsAreDroppedUnread()
    {
        await using var kafka = Start();
        using var records = new RecordProducer(Kafka(kafka), "demo-producer", NullLogger.Instance, TimeProvider.System);
        using var reader = new LogReader(kafka.BootstrapServers);
        var producer = new DemoProducer(
            Stream(), records.ProduceAsync, () => new Dictionary<PartitionId, long>(), _ => Task.CompletedTask, windowRecords: Records);

        await producer.RunAsync(Records, TestContext.Current.CancellationToken);

        reader.Lows().Values.ShouldAllBe(low => low > 0);
    }

    private static EmbeddedKafka Start() => EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new TopicDefinition("records", Partitions)]));

    private static KafkaOptions Kafka(EmbeddedKafka kafka) => new() { BootstrapServers = kafka.BootstrapServers };

    private static DemoStream Stream() => new(Pictures, new DemoPayloads(Pictures, png: false, poisonShare: 0), "records", Partitions);

    /// <summary>Until the producer stands at its limit again, or is done.</summary>
    private static async Task Waits(DemoProducer producer, Dictionary<PartitionId, long> durable)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (producer.Produced < Math.Min(Records, producer.Limit(durable)))
        {
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Reads the topic in order and checks every record against what the stream says stands there.</summary>
    private sealed class LogReader : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
        private readonly IConsumer<byte[], byte[]> _consumer;
        private readonly Dictionary<PartitionId, long> _next = Enumerable.Range(0, Partitions).ToDictionary(p => new PartitionId("records", p), _ => 0L);

        public LogReader(string bootstrap)
        {
            var config = new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "reader", FetchWaitMaxMs = 20, AutoOffsetReset = AutoOffsetReset.Error, EnableAutoCommit = false };
            _consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
            _consumer.Assign(_next.Keys.Select(p => new TopicPartitionOffset(p.Topic, p.Partition, 0)));
        }

        public long Read { get; private set; }

        public Dictionary<PartitionId, long> Next() => new(_next);

        public Dictionary<PartitionId, long> Lows() =>
            _next.Keys.ToDictionary(p => p, p => _consumer.QueryWatermarkOffsets(new TopicPartition(p.Topic, p.Partition), Patience).Low.Value);

        public void ReadTo(long records, LabelledPictures pictures)
        {
            for (; Read < records; Read++)
            {
                var result = _consumer.Consume(Patience) ?? throw new TimeoutException($"{Read} of {records} records arrived, then none for {Patience}.");
                var partition = new PartitionId(result.Topic, result.Partition.Value);
                result.Offset.Value.ShouldBe(_next[partition]);
                var index = (result.Offset.Value * Partitions) + result.Partition.Value;
                result.Message.Value.AsSpan().SequenceEqual(pictures.Picture((int)(index % pictures.Count)).Span).ShouldBeTrue();
                _next[partition] = result.Offset.Value + 1;
            }
        }

        public void Dispose()
        {
            _consumer.Close();
            _consumer.Dispose();
        }
    }
}
