using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Kafka.Embedded;

namespace StreamingContrastive.IntegrationTests.Kafka;

/// <summary>The faults of broker and forwarder, seen through the clients that the pipeline uses.</summary>
public sealed class KafkaFaultTests : IAsyncDisposable
{
    private const short Produce = 0;

    private readonly ListLogger _logger = new();
    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new TopicDefinition("t", 1)], FixedPort: 0));

    public ValueTask DisposeAsync() => _kafka.DisposeAsync();

    [Fact]
    public async Task Produce_WithFiveRetriableErrorsInARow_StoresEachRecordOnce()
    {
        using var producer = Clients().Producer();
        await SendAsync(producer, 1);

        _kafka.PushRequestErrors(Produce, Enumerable.Repeat((int)ErrorCode.NotLeaderForPartition, 5).ToArray());
        await SendAsync(producer, 2);

        KafkaIo.ConsumeInGroup(_kafka.BootstrapServers, "t", 2).Select(record => record.Message.Value[0]).ShouldBe(new byte[] { 1, 2 });
        KafkaIo.Watermarks(_kafka.BootstrapServers, "t").ShouldBe((0, 2));
    }

    [Fact]
    public async Task Produce_ThroughAResetAndACutAnswer_LosesNothing()
    {
        using var producer = Clients().Producer();
        await SendAsync(producer, 1);

        _kafka.Forwarders[0].ResetConnections();
        await SendAsync(producer, 2);
        _kafka.Forwarders[0].Faults.CutAnswersAfter(5);
        await SendAsync(producer, 3);

        // The record whose acknowledgement was cut is stored twice: EmbeddedKafkaLimits names it, a real broker would drop the second.
        var stored = (int)KafkaIo.Watermarks(_kafka.BootstrapServers, "t").High;
        KafkaIo.ConsumeInGroup(_kafka.BootstrapServers, "t", stored).Select(record => record.Message.Value[0]).ShouldBe(new byte[] { 1, 2, 3, 3 }[..stored]);
        stored.ShouldBeInRange(3, 4);
        _kafka.Forwarders[0].ConnectionsFailed.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Produce_WhileTheBrokerIsDown_IsDeliveredWhenItIsUpAndSaidOnce()
    {
        using var producer = Clients().Producer();
        await SendAsync(producer, 1);

        _kafka.SetBrokerDown();
        var waiting = SendAsync(producer, 2);
        await KafkaIo.UntilAsync(() => _logger.Entries.Any(entry => entry.Level >= LogLevel.Warning));
        waiting.IsCompleted.ShouldBeFalse();
        _kafka.SetBrokerUp();
        await waiting;

        _logger.Entries.Select(entry => entry.Text).ShouldBeUnique();
        KafkaIo.Watermarks(_kafka.BootstrapServers, "t").ShouldBe((0, 2));
    }

    [Fact]
    public async Task Produce_ThroughAStalledForwarder_WaitsAndIsDelivered()
    {
        using var producer = Clients().Producer();
        await SendAsync(producer, 1);

        _kafka.Forwarders[0].Faults.Stall();
        var waiting = SendAsync(producer, 2);
        await KafkaIo.UntilAsync(() => _kafka.Forwarders[0].Faults.HeldBack > 0);
        waiting.IsCompleted.ShouldBeFalse();
        _kafka.Forwarders[0].Faults.Resume();
        await waiting;

        KafkaIo.Watermarks(_kafka.BootstrapServers, "t").ShouldBe((0, 2));
    }

    [Fact]
    public async Task SetRoundTripTime_OfABroker_DelaysItsAnswers()
    {
        using var producer = Clients().Producer();
        await SendAsync(producer, 1);

        _kafka.SetRoundTripTime(TimeSpan.FromMilliseconds(300));
        var start = TimeProvider.System.GetTimestamp();
        await SendAsync(producer, 2);

        TimeProvider.System.GetElapsedTime(start).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(290));
    }

    [Fact]
    public void Consume_FromAnOffsetThatIsGone_StopsWithAnError()
    {
        KafkaIo.Produce(_kafka.BootstrapServers, "t", 10);
        _kafka.DeleteRecordsBefore("t", 0, 5);
        using var consumer = Clients().Consumer("reader");
        consumer.Assign(new TopicPartitionOffset("t", 0, 2));

        var e = Should.Throw<ConsumeException>(() => KafkaIo.Next(consumer));

        e.Error.Code.ShouldBe(ErrorCode.Local_AutoOffsetReset);
        consumer.Close();
    }

    private static async Task SendAsync(IProducer<byte[], byte[]> producer, byte value) =>
        await producer.ProduceAsync("t", new Message<byte[], byte[]> { Value = [value] }).WaitAsync(TimeSpan.FromSeconds(20));

    private KafkaClients Clients() => new(
        new KafkaOptions
        {
            BootstrapServers = _kafka.BootstrapServers,
            Client = new Dictionary<string, string> { ["reconnect.backoff.max.ms"] = "200" },
        },
        "test", _logger, TimeProvider.System);
}
