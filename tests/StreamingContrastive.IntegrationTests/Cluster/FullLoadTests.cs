using System.Diagnostics;
using System.Globalization;
using StreamingContrastive.IntegrationTests.Chaos;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>
/// Heartbeats share sockets with chunks and processors with training: at full load no node is taken for dead.
/// STREAMING_CONTRASTIVE_CLUSTER_MINUTES says for how long (10).
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class FullLoadTests(ITestOutputHelper output)
{
    [Fact, Trait("Category", "Chaos")]
    public async Task Run_AtFullLoad_NoNodeIsUnreachable()
    {
        await using var scene = await ClusterScene.StartAsync(partitions: 12, ChaosCollection.Seed, width: 16);
        await scene.BeginAsync(ingests: 2, rate: 20_000, window: 40_000);
        var (trained, began) = (scene.Pipeline.Outputs.DurableRecords, Stopwatch.GetTimestamp()); // Before, a seed may not have been there yet.

        await Task.Delay(TimeSpan.FromMinutes(ClusterSettings.Minutes), TestContext.Current.CancellationToken);

        var rate = (scene.Pipeline.Outputs.DurableRecords - trained) / Stopwatch.GetElapsedTime(began).TotalSeconds;
        string[] events = [.. scene.Running.SelectMany(n => n.Lines.Where(s => s.At >= began && s.Line.Contains("unreachable", StringComparison.Ordinal)).Select(s => $"{n.Name}: {s.Line}"))];
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ClusterSettings.Minutes} minutes at {rate:0} records/s on {Environment.ProcessorCount} cores: {events.Length} lines of unreachable nodes"));
        events.ShouldBeEmpty();
        await scene.FinishAndCheckAsync();
    }
}
