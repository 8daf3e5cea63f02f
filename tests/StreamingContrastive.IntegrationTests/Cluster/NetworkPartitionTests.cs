using System.Globalization;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.IntegrationTests.Chaos;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>
/// The network is cut through the middle, {t1, i1} from {t2, i2}, and healed after STREAMING_CONTRASTIVE_CLUSTER_PAUSE (60 s). Both sides still
/// reach the broker and the checkpoint directory, so both could train: the side with the lowest address goes on
/// (topology/decisions/0004), the other one's processes end, and one lineage is all that a consumer accepts.
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class NetworkPartitionTests(ITestOutputHelper output)
{
    [Theory, Trait("Category", "Chaos")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cut_ThroughTheMiddle_TheSideWithTheLowestAddressGoesOnAndOneLineageIsAccepted(bool activeIsOnThatSide)
    {
        await using var spaces = await NetworkSpaces.CreateAsync();
        await using var scene = await ClusterScene.StartAsync(partitions: 6, ChaosCollection.Seed, spaces: spaces);
        await scene.BeginAsync(ingests: 2, rate: 150);
        if (!activeIsOnThatSide)
        {
            await SwapAsync(scene);
        }

        var active = scene.Active.ShouldNotBeNull();
        active.Name.ShouldBe(activeIsOnThatSide ? "t1" : "t2");
        await scene.Standby.ShouldNotBeNull().SaysAsync("Standby: ");
        NodeProcess[] losers = [.. scene.Running.Where(n => n.Name[^1] == '2')];
        var epoch = scene.Epoch!.Epoch;
        var cut = TimeProvider.System.GetTimestamp();

        await spaces.CutAsync();
        foreach (var loser in losers)
        {
            var code = await loser.EndAsync();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{loser.Name} ended {TimeProvider.System.GetElapsedTime(cut).TotalSeconds:0.0} s after the cut, exit code {code}"));
            code.ShouldBe(1, loser.Tail());
        }

        await scene.TrainsAsync(activeIsOnThatSide ? epoch : epoch + 1);
        output.WriteLine($"epoch {scene.Epoch!.Epoch} trains, begun by {scene.Active?.Name}; it was {epoch} of {active.Name} before the cut");
        scene.Active.ShouldNotBeNull().Name.ShouldBe("t1");
        if (TimeProvider.System.GetElapsedTime(cut) is var passed && passed < ClusterSettings.Pause)
        {
            await Task.Delay(ClusterSettings.Pause - passed, TestContext.Current.CancellationToken);
        }

        await spaces.HealAsync();
        await scene.Start("t2").SaysAsync("is a member of the cluster");
        await scene.Start("i2").SaysAsync("is a member of the cluster");
        await scene.FinishAndCheckAsync();
        OneLineageIsAccepted(scene.Pipeline);
    }

    /// <summary>The active trainer leaves and comes back as the standby.</summary>
    private static async Task SwapAsync(ClusterScene scene)
    {
        var first = scene.Active.ShouldNotBeNull();
        var epoch = scene.Epoch!.Epoch;
        (await first.LeaveAsync()).ShouldBe(0, first.Tail());
        await scene.TrainsAsync(epoch + 1);
        await scene.Start(first.Name).SaysAsync("is a member of the cluster");
    }

    /// <summary>What a consumer with the client's filter sees: every record, each computed in one step of one epoch.</summary>
    private void OneLineageIsAccepted(ChaosPipeline pipeline)
    {
        var options = new TopicReaderOptions { Topic = "chaos.embeddings", Consumer = new Dictionary<string, string> { ["bootstrap.servers"] = pipeline.Bootstrap, ["fetch.wait.max.ms"] = "20" } };
        var surviving = new SurvivingMessages(options, "chaos.models");
        var accepted = surviving.Read(TestContext.Current.CancellationToken)
            .Select(m => (PublishedEmbedding)EmbeddingCodec.Decode(m.Key, m.Value, m.Headers))
            .GroupBy(e => e.Source!.Value)
            .ToList();

        output.WriteLine($"{accepted.Count} records accepted, {surviving.Dropped} messages of dead branches dropped");
        accepted.Count.ShouldBe((int)pipeline.Produced);
        accepted.Where(record => record.Select(e => (e.LineageEpoch, e.Step)).Distinct().Count() > 1).ShouldBeEmpty();
    }
}
