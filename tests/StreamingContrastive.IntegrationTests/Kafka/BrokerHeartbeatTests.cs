using StreamingContrastive.IntegrationTests.Source;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Topics;

namespace StreamingContrastive.IntegrationTests.Kafka;

public sealed class BrokerHeartbeatTests
{
    [Fact]
    public async Task SinceAnswer_BrokerThatAnswers_IsShortAndGrowsOnceItIsGone()
    {
        var kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions());
        await using var heartbeat = BrokerHeartbeat.Start(new KafkaOptions { BootstrapServers = kafka.BootstrapServers }, "test", TimeProvider.System);
        await Eventually.BecomesTrueAsync(() => heartbeat.SinceAnswer is not null, "the broker answers");
        heartbeat.SinceAnswer!.Value.ShouldBeLessThan(BrokerHeartbeat.Every);

        await kafka.DisposeAsync();

        await Eventually.BecomesTrueAsync(() => heartbeat.SinceAnswer > BrokerHeartbeat.Every + BrokerHeartbeat.Every, "nobody answers any more");
    }

    [Fact]
    public async Task SinceAnswer_NobodyThere_IsNullAndItEndsAtOnce()
    {
        var heartbeat = BrokerHeartbeat.Start(new KafkaOptions { BootstrapServers = "127.0.0.1:1" }, "test", TimeProvider.System);

        heartbeat.SinceAnswer.ShouldBeNull();
        await heartbeat.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }
}
