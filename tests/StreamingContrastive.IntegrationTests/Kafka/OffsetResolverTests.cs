using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Kafka;

public sealed class OffsetResolverTests
{
    private static readonly PartitionId Full = new("full", 0);
    private static readonly PartitionId Empty = new("empty", 2);

    [Fact]
    public async Task RangesAsync_OfFullEmptyAndTrimmedPartitions_AreTheirWatermarks()
    {
        await using var kafka = Start();
        KafkaIo.Produce(kafka.BootstrapServers, "full", 100);
        using var resolver = Resolver(kafka);

        var before = await resolver.RangesAsync([Full, Empty]);
        kafka.DeleteRecordsBefore("full", 0, 40);
        var after = await resolver.RangesAsync([Full]);

        before[Full].ShouldBe(new OffsetRange(0, 100));
        before[Empty].ShouldBe(new OffsetRange(0, 0));
        after[Full].ShouldBe(new OffsetRange(40, 100));
    }

    [Fact]
    public async Task OffsetsAtAsync_OfAMomentAfterTheLastRecord_IsTheEnd()
    {
        await using var kafka = Start();
        KafkaIo.Produce(kafka.BootstrapServers, "full", 10);
        using var resolver = Resolver(kafka);

        var offsets = await resolver.OffsetsAtAsync([Full, Empty], DateTimeOffset.UnixEpoch.AddYears(500));

        offsets.ShouldBe(new Dictionary<PartitionId, long> { [Full] = 10, [Empty] = 0 }, ignoreOrder: true);
    }

    [Fact]
    public async Task RangesAsync_OfNothing_IsEmpty()
    {
        await using var kafka = Start();
        using var resolver = Resolver(kafka);

        (await resolver.RangesAsync([])).ShouldBeEmpty();
    }

    [Fact]
    public async Task RangesAsync_OfAPartitionThatDoesNotExist_NamesIt()
    {
        await using var kafka = Start();
        using var resolver = Resolver(kafka);

        var e = await Should.ThrowAsync<KafkaRequestException>(() => resolver.RangesAsync([Full, new PartitionId("full", 9)]));

        e.Message.ShouldContain("full[9]");
    }

    private static EmbeddedKafka Start() =>
        EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new TopicDefinition("full", 1), new TopicDefinition("empty", 3)]));

    private static OffsetResolver Resolver(EmbeddedKafka kafka) =>
        new(new KafkaOptions { BootstrapServers = kafka.BootstrapServers }, "test", NullLogger.Instance, TimeProvider.System);
}
