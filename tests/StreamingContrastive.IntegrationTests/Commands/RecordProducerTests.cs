using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Commands;

public sealed class RecordProducerTests
{
    private const short Produce = 0;

    [Fact]
    public async Task ProduceAsync_MoreThanMayBeInFlight_AllAreAcknowledged()
    {
        await using var kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new("t", 3)]));
        using var producer = Producer(kafka);

        for (var i = 0; i < 2 * RecordProducer.MaxInFlight; i++)
        {
            await producer.ProduceAsync(Record(), TestContext.Current.CancellationToken);
        }

        await producer.FlushAsync(TestContext.Current.CancellationToken);
        producer.Acknowledged.ShouldBe(2 * RecordProducer.MaxInFlight);
    }

    [Fact]
    public async Task FlushAsync_BrokerRefuses_ThrowsWithTopicAndReason()
    {
        await using var kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new("t", 1)]));
        kafka.PushRequestErrors(Produce, (int)ErrorCode.TopicAuthorizationFailed);
        using var producer = Producer(kafka);

        await producer.ProduceAsync(Record(), TestContext.Current.CancellationToken);
        var failure = await Should.ThrowAsync<KafkaRequestException>(() => producer.FlushAsync(TestContext.Current.CancellationToken));

        failure.Message.ShouldStartWith($"A record was not written to t at {kafka.BootstrapServers}: ");
        failure.Message.ShouldContain("TopicAuthorizationFailed");
        await Should.ThrowAsync<KafkaRequestException>(() => producer.ProduceAsync(Record(), TestContext.Current.CancellationToken));
        producer.Acknowledged.ShouldBe(0);
    }

    private static RecordProducer Producer(EmbeddedKafka kafka) =>
        new(new KafkaOptions { BootstrapServers = kafka.BootstrapServers }, "test", NullLogger.Instance, TimeProvider.System);

    private static OutputRecord Record() => new("t", [1], [2], [], -1);
}
