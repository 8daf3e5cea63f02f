using System.Diagnostics;
using System.Globalization;
using StreamingContrastive.IntegrationTests.Chaos;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>
/// kill -9 of the active trainer, again and again: 1 broker process, 2 ingest nodes, 2 trainer nodes. The killed one is started again, as a
/// supervisor does, and stands by. STREAMING_CONTRASTIVE_CLUSTER_KILLS says how often (10).
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class TrainerKillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    [Fact, Trait("Category", "Chaos")]
    public async Task Kill_TheActiveTrainer_TheStandbyTrainsAgainInTimeAndNothingIsLost()
    {
        var (kills, seed) = (ClusterSettings.Kills, ChaosCollection.Seed);
        output.WriteLine($"seed {seed}, {kills} kills, {Environment.ProcessorCount} cores");
        var random = new Random(seed);
        await using var scene = await ClusterScene.StartAsync(partitions: 6, seed);
        await scene.BeginAsync(ingests: 2, rate: 200);
        var times = new List<TimeSpan>();
        for (var i = 0; i < kills; i++)
        {
            times.Add(await KillOneAsync(scene, i, random.Next(1500)));
        }

        await scene.FinishAndCheckAsync();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kills} kills: trains again after {times.Min().TotalSeconds:0.0} to {times.Max().TotalSeconds:0.0} s, median {times.Order().ElementAt(kills / 2).TotalSeconds:0.0} s; {scene.Pipeline.Produced} records, {scene.Pipeline.Audit.Epochs} epochs"));
        times.ShouldAllBe(t => t < Limit);
    }

    private async Task<TimeSpan> KillOneAsync(ClusterScene scene, int number, int waitMs)
    {
        var (active, standby) = (scene.Active.ShouldNotBeNull(), scene.Standby.ShouldNotBeNull());
        await standby.SaysAsync("Standby: ");
        await Task.Delay(waitMs, TestContext.Current.CancellationToken);
        var epoch = scene.Epoch!.Epoch;

        var killed = await active.KillAsync();
        var steps = await scene.TrainsAsync(epoch + 1);

        double At(string text) => standby.Find(text, killed) is { } said ? Stopwatch.GetElapsedTime(killed, said.At).TotalSeconds : double.NaN;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{number,2}: {active.Name} killed; seconds since: detected {At("Takeover: the trainer node"):0.0}, resolved {At("is no longer a member"):0.0}, handed over {At("this node is the trainer now"):0.0}, opened {At("epoch begun"):0.0}, loaded {At("load: model and state"):0.0}, first step {Stopwatch.GetElapsedTime(killed, steps).TotalSeconds:0.0}"));
        await scene.Start(active.Name).SaysAsync("is a member of the cluster");
        return Stopwatch.GetElapsedTime(killed, steps);
    }
}
