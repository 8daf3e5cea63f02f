using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Contracts;
using StreamingContrastive.IntegrationTests.Kafka;
using StreamingContrastive.IntegrationTests.Source;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Output;

public sealed class OutputProducerTests
{
    private const string Topic = "demo.embeddings";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ProduceAsync_TenThousandRecords_AllAreThereWhenItReturns()
    {
        await using var kafka = Broker(4);
        using var producer = Producer(kafka);
        await producer.ProduceAsync(Records(10_000), Token);

        var read = KafkaIo.ConsumeInGroup(kafka.BootstrapServers, Topic, 10_000);
        read.Select(message => message.Message.Key).Distinct().Count().ShouldBe(10_000);
        read.ShouldAllBe(message => message.Message.Headers.Count == 1 && message.Message.Timestamp.UnixTimestampMs == 1_700_000_000_000);
    }

    [Fact]
    public async Task ProduceAsync_RecordThatNamesItsPartition_GoesThere()
    {
        // Seen red: the partition was not handed to the client, which took the key's.
        await using var kafka = Broker(4);
        using var producer = Producer(kafka);

        await producer.ProduceAsync([.. Records(100).Select(r => r with { Partition = 2 })], Token);

        Enumerable.Range(0, 4).Select(p => KafkaIo.Watermarks(kafka.BootstrapServers, Topic, p).High).ShouldBe([0, 0, 100, 0]);
    }

    [Fact]
    public async Task ProduceAsync_QueueSmallerThanTheBatch_WaitsForRoomAndKeepsOrder()
    {
        await using var kafka = Broker(1);
        using var producer = Producer(kafka, config => config.QueueBufferingMaxMessages = 50);
        await producer.ProduceAsync(Records(3000), Token);

        KafkaIo.ConsumeInGroup(kafka.BootstrapServers, Topic, 3000).Select(message => message.Message.Key)
            .ShouldBe(Enumerable.Range(0, 3000).Select(KafkaIo.Key));
    }

    [Fact]
    public async Task ProduceAsync_BrokerGoesAndComesBack_AcknowledgesEachOnce()
    {
        await using var kafka = Broker(2);
        var logger = new RecordingLogger();
        using var producer = new OutputProducer(Config(kafka), logger, TimeProvider.System);
        await producer.ProduceAsync(Records(100), Token);

        kafka.SetBrokerDown();
        var waiting = producer.ProduceAsync(Records(1000, first: 100), Token);
        await Eventually.BecomesTrueAsync(() => logger.Count(300) == 1, "The producer notices.");
        waiting.IsCompleted.ShouldBeFalse();
        kafka.SetBrokerUp();
        await waiting;

        var read = KafkaIo.ConsumeInGroup(kafka.BootstrapServers, Topic, 1100);
        read.Select(message => message.Message.Key).Distinct().Count().ShouldBe(1100);
        logger.Count(302).ShouldBe(1);
    }

    [Fact]
    public async Task ProduceAsync_OversizeRecord_TeachesWhichAndWhatToRaise()
    {
        await using var kafka = Broker(1);
        using var producer = Producer(kafka, config => config.MessageMaxBytes = 2000);
        var records = Records(3).Append(new OutputRecord(Topic, Encoding.UTF8.GetBytes("large"), new byte[3000], [], -1)).ToList();

        var failure = await Should.ThrowAsync<OutputException>(producer.ProduceAsync(records, Token));

        failure.Code.ShouldBe(ErrorCode.MsgSizeTooLarge);
        failure.Message.ShouldContain($"Record 4 of 4 for topic {Topic} (key 'large', value of 3000 bytes)");
        failure.Message.ShouldContain("at most 2000 bytes");
        failure.Message.ShouldContain("message.max.bytes");
    }

    [Fact]
    public async Task ProduceAsync_NobodyAcknowledges_NamesTheFirstRecordAndTheTimeout()
    {
        await using var kafka = Broker(1);
        using var producer = Producer(kafka, config => (config.MessageTimeoutMs, config.QueueBufferingMaxMessages) = (500, 10));
        kafka.SetBrokerDown();

        var failure = await Should.ThrowAsync<OutputException>(producer.ProduceAsync(Records(100), Token));

        failure.Code.ShouldBe(ErrorCode.Local_MsgTimedOut);
        failure.Message.ShouldContain("key '000000'");
        failure.Message.ShouldContain("500 ms");
    }

    [Fact]
    public async Task ProduceAsync_Cancelled_GivesUpWaiting()
    {
        await using var kafka = Broker(1);
        using var producer = Producer(kafka, config => config.QueueBufferingMaxMessages = 10);
        kafka.SetBrokerDown();
        using var cancel = new CancellationTokenSource();
        var waiting = producer.ProduceAsync(Records(100), cancel.Token);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public async Task Dispose_BatchUnderWay_FailsIt()
    {
        await using var kafka = Broker(1);
        var producer = Producer(kafka);
        kafka.SetBrokerDown();
        var waiting = producer.ProduceAsync(Records(10), Token);

        producer.Dispose();

        await Should.ThrowAsync<ObjectDisposedException>(waiting);
        await Should.ThrowAsync<ObjectDisposedException>(producer.ProduceAsync(Records(1), Token));
    }

    internal static ProducerConfig Config(EmbeddedKafka kafka) => new() { BootstrapServers = kafka.BootstrapServers, LingerMs = 1, ReconnectBackoffMaxMs = 200 };

    private static EmbeddedKafka Broker(int partitions) => EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new TopicDefinition(Topic, partitions)]));

    private static OutputProducer Producer(EmbeddedKafka kafka, Action<ProducerConfig>? configure = null)
    {
        var config = Config(kafka);
        configure?.Invoke(config);
        return new OutputProducer(config, NullLogger.Instance, TimeProvider.System);
    }

    private static List<OutputRecord> Records(int count, int first = 0) =>
        [.. Enumerable.Range(first, count).Select(i => new OutputRecord(
            Topic,
            Encoding.UTF8.GetBytes(KafkaIo.Key(i)),
            new byte[260],
            [new RecordHeader("ce_id", Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)))],
            1_700_000_000_000))];
}
