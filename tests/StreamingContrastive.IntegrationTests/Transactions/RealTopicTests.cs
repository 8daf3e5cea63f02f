using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.IntegrationTests.Source;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Transactions;

/// <summary>What the embedded broker cannot show: topics that are created with their settings, offsets by time, ids of topics.</summary>
public sealed class RealTopicTests(RealBroker broker)
{
    private static readonly TimeSpan _patience = RealBroker.Patience;

    [Fact]
    public async Task EnsureAsync_MissingTopics_AreCreatedWithTheirSettingsAndLeftAloneAfterwards()
    {
        var kafka = new KafkaOptions { BootstrapServers = await broker.RequireAsync() };
        var options = new PipelineOptions { Name = RealBroker.NewName("ensure"), Kafka = kafka };
        options = options with { Input = options.Input with { Topic = options.Name + ".records" } };
        var specifications = PipelineTopics.Of(options);
        specifications.ToList().ForEach(s => broker.Forget(s.Name));
        using var topics = new TopicAdmin(kafka, "test", NullLogger.Instance, TimeProvider.System);

        var first = await topics.EnsureAsync(specifications);
        var second = await RealBroker.EventuallyAsync(() => topics.EnsureAsync(specifications), r => r.All(t => t.Outcome == TopicOutcome.Exists));

        first.Select(t => t.Outcome).ShouldBe(specifications.Select(_ => TopicOutcome.Created));
        second.Select(t => t.Partitions).ShouldBe(specifications.Select(s => s.Partitions));
        using var admin = broker.Admin();
        var described = await RealBroker.EventuallyAsync(
            () => admin.DescribeConfigsAsync(
                [.. specifications.Select(s => new ConfigResource { Type = ResourceType.Topic, Name = s.Name })], new DescribeConfigsOptions { RequestTimeout = _patience }),
            d => d.Count == specifications.Count);
        foreach (var specification in specifications)
        {
            var config = described.Single(d => d.ConfigResource.Name == specification.Name).Entries;
            foreach (var (key, value) in specification.Config ?? new Dictionary<string, string>())
            {
                config[key].Value.ShouldBe(value, $"{specification.Name} {key}");
            }
        }
    }

    [Fact]
    public async Task OffsetsAtAsync_RecordsOfDifferentTimes_GivesTheFirstOneNotOlder()
    {
        var bootstrap = await broker.RequireAsync();
        var topic = RealBroker.NewName("time");
        await broker.CreateTopicAsync(topic, 1);
        var kafka = new KafkaOptions { BootstrapServers = bootstrap };
        // Recent, so that no retention takes them; in steps of a second.
        var start = new DateTimeOffset(DateTime.UnixEpoch.AddMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 60_000));
        using (var producer = new RecordProducer(kafka, "test", NullLogger.Instance, TimeProvider.System))
        {
            await producer.ProduceAsync(
                [.. Enumerable.Range(0, 30).Select(i => new OutputRecord(topic, [1], [(byte)i], [], start.AddSeconds(i).ToUnixTimeMilliseconds()))], CancellationToken.None);
        }

        using var offsets = new OffsetResolver(kafka, "test", NullLogger.Instance, TimeProvider.System);
        PartitionId partition = new(topic, 0);

        (await offsets.OffsetsAtAsync([partition], start.AddSeconds(10)))[partition].ShouldBe(10);
        (await offsets.OffsetsAtAsync([partition], start.AddSeconds(10.5)))[partition].ShouldBe(11);
        (await offsets.OffsetsAtAsync([partition], start.AddHours(-1)))[partition].ShouldBe(0);
        (await offsets.OffsetsAtAsync([partition], start.AddHours(1)))[partition].ShouldBe(30);
    }

    [Fact]
    public async Task ListAsync_TopicMadeAgain_HasAnotherId()
    {
        var kafka = new KafkaOptions { BootstrapServers = await broker.RequireAsync() };
        var topic = RealBroker.NewName("again");
        using var topics = new TopicAdmin(kafka, "test", NullLogger.Instance, TimeProvider.System);
        await broker.CreateTopicAsync(topic, 1);
        var before = await RealBroker.EventuallyAsync(() => FindAsync(topics, topic), t => t is not null);
        Assert.SkipWhen(before!.TopicId is null, "these brokers are older than 2.8 and give topics no ids.");

        await broker.DeleteTopicAsync(topic);
        await RealBroker.EventuallyAsync(() => FindAsync(topics, topic), t => t is null);
        await broker.CreateTopicAsync(topic, 1);
        var after = await RealBroker.EventuallyAsync(() => FindAsync(topics, topic), t => t is not null);

        after!.TopicId.ShouldNotBeNull();
        after.TopicId.ShouldNotBe(before.TopicId);
    }

    private static async Task<TopicInfo?> FindAsync(TopicAdmin topics, string name) => (await topics.ListAsync()).SingleOrDefault(t => t.Name == name);
}
