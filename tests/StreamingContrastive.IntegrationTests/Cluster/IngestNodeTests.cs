using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using StreamingContrastive.IntegrationTests.Chaos;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>Ingest nodes die, come and leave: partitions move, the others' are back within 15 s, nothing is lost or doubled.</summary>
[Collection(ChaosCollection.Name)]
public sealed partial class IngestNodeTests(ITestOutputHelper output)
{
    private const int Partitions = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private const double Back = 0.8; // Of the rate before.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(25);

    [Fact, Trait("Category", "Chaos")]
    public async Task Nodes_KilledAddedAndRemoved_PartitionsMoveAndTheOthersGoOn()
    {
        await using var scene = await ClusterScene.StartAsync(Partitions, ChaosCollection.Seed);
        await scene.BeginAsync(ingests: 2, rate: 200, standby: false);
        await using var watch = new PartitionWatch(scene.Pipeline);
        await scene.Running.First().UntilAsync(() => Held(scene, "i1").Count == Partitions / 2 && Held(scene, "i2").Count == Partitions / 2, "both nodes having half of the partitions");

        await Task.Delay(Settled, TestContext.Current.CancellationToken); // There has to be a rate before.

        await ReportAsync(scene, watch, "i1", "i2 killed", async () => await Node(scene, "i2").KillAsync());
        await ReportAsync(scene, watch, "i1", "i3 added", () => Task.FromResult(scene.Start("i3")));
        await scene.Running.First().UntilAsync(() => Held(scene, "i3").Count > 0, "the new node having partitions");
        await ReportAsync(scene, watch, "i3", "i1 removed", async () => (await Node(scene, "i1").LeaveAsync()).ShouldBe(0));
        Held(scene, "i3").Count.ShouldBe(Partitions);

        await scene.FinishAndCheckAsync();
    }

    /// <summary>Does something to a node and looks for how long partitions stood still, those of the node that stays apart.</summary>
    private async Task ReportAsync(ClusterScene scene, PartitionWatch watch, string stays, string what, Func<Task> act)
    {
        var had = Held(scene, stays);
        var from = Stopwatch.GetTimestamp();
        await act();
        await Task.Delay(Settling, TestContext.Current.CancellationToken);
        var to = Stopwatch.GetTimestamp();

        var mine = had.Where(Held(scene, stays).Contains).ToList(); // Some may have moved to a node that was added.
        mine.ShouldNotBeEmpty(what);
        var still = Enumerable.Range(0, Partitions).ToDictionary(p => p, p => watch.LongestStill(p, from, to).TotalSeconds);
        string Text(IEnumerable<int> partitions) => string.Join(' ', partitions.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p}:{still[p]:0.0}")));
        var settled = (long)(Settled.TotalSeconds * Stopwatch.Frequency);
        var (before, after) = (watch.Rate(mine, from - settled, from), watch.Rate(mine, to - settled, to));
        var back = watch.BackAfter(mine, Back * before, from, to);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: partitions that {stays} had and keeps: {before:0} records/s before, {after:0} after; above {Back:0 %} of it for good {back.TotalSeconds:0.0} s later"));
        output.WriteLine($"{what}: longest standstill in s, partitions of {stays}: {Text(mine)}; others: {Text(still.Keys.Except(mine))}");
        back.ShouldBeLessThan(Limit, what);
        mine.ShouldAllBe(p => still[p] < Limit.TotalSeconds, what);
        watch.MovedSince(to - (5 * Stopwatch.Frequency)).Count.ShouldBe(Partitions, $"{what}: every partition goes on");
    }

    private static NodeProcess Node(ClusterScene scene, string name) => scene.Running.Last(n => n.Name == name);

    /// <summary>The partitions that a node reads, by its log.</summary>
    private static HashSet<int> Held(ClusterScene scene, string name)
    {
        var held = new HashSet<int>();
        foreach (var said in Node(scene, name).Lines)
        {
            if (Reading().Match(said.Line) is { Success: true } began)
            {
                held.Add(int.Parse(began.Groups[1].Value, CultureInfo.InvariantCulture));
            }
            else if (Gone().Match(said.Line) is { Success: true } gone)
            {
                held.Remove(int.Parse(gone.Groups[1].Value, CultureInfo.InvariantCulture));
            }
        }

        return held;
    }

    [GeneratedRegex(@"Reading chaos\.records\[(\d+)\] from")]
    private static partial Regex Reading();

    [GeneratedRegex(@"chaos\.records\[(\d+)\] was ")]
    private static partial Regex Gone();
}
