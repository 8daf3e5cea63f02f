using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Tests.Pipeline.Checkpoints;

namespace StreamingContrastive.Tests.Pipeline.Hosting;

public sealed class OriginCheckTests
{
    // Next offsets of the checkpoint: records[0] 100, records[1] 10; cluster "cluster", topic id "topic-id".
    private static readonly CheckpointManifest Checkpoint = Manifest();

    private static readonly OffsetOrigin Same = new("kafka-1:9092", "cluster", new Dictionary<string, string> { ["records"] = "topic-id" }, Ranges(100, 50));

    [Fact]
    public void RequireSame_SameClusterAndTopic_IsFine() => OriginCheck.RequireSame(Checkpoint, Same, "photos");

    [Fact]
    public void RequireSame_BrokerGivesNoIds_ComparesWhatThereIs() =>
        OriginCheck.RequireSame(Checkpoint, Same with { ClusterId = "", TopicIds = new Dictionary<string, string>() }, "photos");

    [Fact]
    public void RequireSame_AnotherCluster_NamesBothAndWhatToDo()
    {
        var message = Refusal(Same with { ClusterId = "other" });

        message.ShouldContain("the Kafka cluster 'cluster', and kafka-1:9092 is the cluster 'other'");
        message.ShouldContain("'reset photos --to earliest'");
        message.ShouldContain("another checkpoint:directory");
    }

    [Fact]
    public void RequireSame_TopicMadeAnew_NamesBothIds() =>
        Refusal(Same with { TopicIds = new Dictionary<string, string> { ["records"] = "new-id" } })
            .ShouldContain("its topic records had the id topic-id, and the one at kafka-1:9092 has the id new-id");

    [Fact]
    public void RequireSame_OffsetBeyondTheEnd_NamesPartitionOffsetAndEnd() =>
        Refusal(Same with { Ranges = Ranges(99, 50) }).ShouldContain("it goes on at records[0] offset 100, and the topic ends at 99");

    [Fact]
    public void RequireSame_PartitionIsGone_NamesIt() =>
        Refusal(Same with { Ranges = new Dictionary<PartitionId, OffsetRange> { [new("records", 0)] = new(0, 200) } })
            .ShouldContain("records[1] offset 10, and kafka-1:9092 has no such partition");

    private static string Refusal(OffsetOrigin now) => Should.Throw<CheckpointOriginException>(() => OriginCheck.RequireSame(Checkpoint, now, "photos")).Message;

    private static Dictionary<PartitionId, OffsetRange> Ranges(long first, long second) =>
        new() { [new("records", 0)] = new(0, first), [new("records", 1)] = new(0, second) };

    private static CheckpointManifest Manifest()
    {
        var store = CheckpointScenario.Open(new InMemoryDisk());
        store.CommitStep(store.Start().Epoch, 10);
        return store.List()[0].Manifest!;
    }
}
