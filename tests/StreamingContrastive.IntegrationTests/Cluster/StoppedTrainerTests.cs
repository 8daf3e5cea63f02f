using System.Globalization;
using StreamingContrastive.IntegrationTests.Chaos;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>
/// A trainer that is stopped (kill -STOP) while four ingest nodes have more to send than it takes: credits bound what any node holds.
/// STREAMING_CONTRASTIVE_CLUSTER_PAUSE says for how long (60 s). The resumed trainer finds itself removed, ends, and is started again.
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class StoppedTrainerTests(ITestOutputHelper output)
{
    private const double LimitMiB = 100;

    [Fact, Trait("Category", "Chaos")]
    public async Task Stop_TheTrainerWithFourIngests_NoNodesMemoryGrows()
    {
        await using var scene = await ClusterScene.StartAsync(partitions: 12, ChaosCollection.Seed);
        await scene.BeginAsync(ingests: 4, rate: 5000, window: 40_000, standby: false);
        var trainer = scene.Active.ShouldNotBeNull();
        await trainer.UntilAsync(() => scene.Pipeline.Outputs.DurableRecords > 10_000, "warm nodes");
        NodeProcess[] nodes = [.. scene.Running];
        var before = nodes.ToDictionary(n => n.Name, n => n.ResidentMiB());
        var most = new Dictionary<string, double>(before);

        await trainer.SignalAsync("STOP");
        var until = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(until) < ClusterSettings.Pause)
        {
            Look();
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        await trainer.SignalAsync("CONT");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        Look();
        foreach (var node in nodes)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{node.Name}: {before[node.Name]:0} MiB before, at most {most[node.Name]:0} MiB during {ClusterSettings.Pause.TotalSeconds:0} s without its trainer"));
        }

        nodes.ShouldAllBe(n => most[n.Name] - before[n.Name] < LimitMiB);
        await RestartIfItEndedAsync(scene, trainer);
        await scene.FinishAndCheckAsync();

        void Look()
        {
            foreach (var node in nodes.Where(n => !n.HasExited))
            {
                most[node.Name] = Math.Max(most[node.Name], node.ResidentMiB());
            }
        }
    }

    /// <summary>After a pause that was long enough the others have given it up; its supervisor starts it again.</summary>
    private static async Task RestartIfItEndedAsync(ClusterScene scene, NodeProcess trainer)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!trainer.HasExited && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(40))
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        if (trainer.HasExited)
        {
            (await trainer.EndAsync()).ShouldBe(1, trainer.Tail());
            await scene.Start(trainer.Name).SaysAsync("is a member of the cluster");
        }
    }
}
