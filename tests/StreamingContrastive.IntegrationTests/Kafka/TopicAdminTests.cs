using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Topics;

namespace StreamingContrastive.IntegrationTests.Kafka;

public sealed class TopicAdminTests
{
    private readonly ListLogger _logger = new();

    [Fact]
    public async Task ListAsync_OfACluster_ReturnsEveryTopicByName()
    {
        await using var kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new TopicDefinition("z", 1), new TopicDefinition("a", 7)]));
        using var admin = Admin(kafka);

        var topics = await admin.ListAsync();

        topics.Select(topic => (topic.Name, topic.Partitions)).ShouldBe([("a", 7), ("z", 1)]);
    }

    [Fact]
    public async Task ListAsync_OfAnEmptyCluster_ReturnsNothing()
    {
        await using var kafka = EmbeddedKafka.Start();
        using var admin = Admin(kafka);

        (await admin.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task ListAsync_AfterATopicWasMadeAgain_ShowsAnotherId()
    {
        await using var kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new TopicDefinition("t", 1)]));
        using var admin = Admin(kafka);
        var before = (await admin.ListAsync()).Single();

        kafka.DeleteTopic("t");
        kafka.CreateTopic("t", 1);
        var after = (await admin.ListAsync()).Single();

        before.TopicId.ShouldNotBeNull();
        after.TopicId.ShouldNotBeNull();
        after.TopicId.ShouldNotBe(before.TopicId);
    }

    [Fact]
    public async Task EnsureAsync_OnABrokerWithoutCreateTopics_CreatesByNameAndSaysSo()
    {
        await using var kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new TopicDefinition("same", 12), new TopicDefinition("other", 2)]));
        using var admin = Admin(kafka);
        TopicSpec[] wanted =
        [
            new("new", 12, Config: new Dictionary<string, string> { ["cleanup.policy"] = "compact" }),
            new("same", 12),
            new("other", 12),
        ];

        var first = await admin.EnsureAsync(wanted);
        var second = await admin.EnsureAsync(wanted);

        first.Select(result => (result.Name, result.Outcome, result.Partitions)).ShouldBe(
        [
            ("new", TopicOutcome.CreatedByName, EmbeddedKafkaLimits.AutoCreatedPartitions),
            ("same", TopicOutcome.Exists, 12),
            ("other", TopicOutcome.ExistsWithOtherPartitions, 2),
        ]);
        second.Select(result => result.Outcome).ShouldBe(
            [TopicOutcome.ExistsWithOtherPartitions, TopicOutcome.Exists, TopicOutcome.ExistsWithOtherPartitions]);
        (await admin.ListAsync()).Select(topic => (topic.Name, topic.Partitions)).ShouldBe([("new", 4), ("other", 2), ("same", 12)]);
        _logger.Entries.ShouldContain(entry => entry.Level == LogLevel.Warning && entry.Text.StartsWith("Topic new: created by its name", StringComparison.Ordinal));
    }

    private TopicAdmin Admin(EmbeddedKafka kafka) =>
        new(new KafkaOptions { BootstrapServers = kafka.BootstrapServers }, "test", _logger, TimeProvider.System);
}
