using System.Diagnostics;
using System.Globalization;
using StreamingContrastive.IntegrationTests.Chaos;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>
/// What it costs a trainer that its views are made on another node: 28 x 28 pictures, one ingest, against one process that does everything,
/// with the same configuration. The trainer is one thread with training:threads = 1 (admission, batches, steps, hand-over of outputs and
/// state), so its own part of a process that does everything is told apart by that thread and by nothing that has to be subtracted. What
/// remoting costs beside it, on threads that the pool shares, is printed by thread.
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class RemoteIngestTests(ITestOutputHelper output)
{
    private const int Partitions = 6;
    private const int Unbounded = 20_000;
    private const int Rounds = 2;
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(25);

    /// <summary>A run, for a while.</summary>
    private sealed record Run(double Rate, double TrainerMs, double ProcessMs, double Idle);

    [Fact, Trait("Category", "Chaos")]
    public async Task Feed_FromAnotherNode_TheTrainersThreadWorksNoLongerForARecord()
    {
        SkipUnlessThreadsAreSeen();
        var (local, remote) = (new List<Run>(), new List<Run>());
        for (var i = 0; i < Rounds; i++)
        {
            local.Add(await RunAsync("one process", width: 16, rate: 400, alone: true));
            remote.Add(await RunAsync("remote ingest", width: 16, rate: 400, alone: false));
        }

        var (here, there) = (local.Min(r => r.TrainerMs), remote.Min(r => r.TrainerMs));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"trainer's thread, the less of {Rounds}: {here:0.000} ms a record in one process, {there:0.000} with a remote ingest: {(there / here) - 1:+0.0 %;-0.0 %}"));
        (there / here).ShouldBeLessThan(1.05);
    }

    [Fact, Trait("Category", "Chaos")]
    public async Task Feed_ATrainerOfHalfTheRate_ItHardlyEverWaits()
    {
        SkipUnlessThreadsAreSeen();
        var fast = await RunAsync("as fast as it goes", width: 16, Unbounded, alone: false);
        var slow = await RunAsync("a wider encoder", width: 28, Unbounded, alone: false);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the ingest fed {fast.Rate:0} records/s; a trainer that takes {slow.Rate:0} of them ({slow.Rate / fast.Rate:0.00}) had nothing to do {slow.Idle:0.0 %} of the time"));
        (slow.Rate / fast.Rate).ShouldBeLessThan(0.6, "it is a slower trainer");
        slow.Idle.ShouldBeLessThan(0.05);
    }

    private async Task<Run> RunAsync(string what, int width, int rate, bool alone)
    {
        await using var scene = await ClusterScene.StartAsync(Partitions, ChaosCollection.Seed, width, records: ChaosRecords.Pictures(side: 28));
        scene.Further = _ => ["--web", "off", "--set", "training:batchSize=128", "--set", "input:maxInFlightRecords=2048", "--set", "checkpoint:everyRecords=5000", "--set", "checkpoint:every=10s"];
        await (alone ? scene.BeginAloneAsync(rate, Unbounded) : scene.BeginAsync(ingests: 1, rate, Unbounded, standby: false));
        var trainer = scene.Active.ShouldNotBeNull();
        await trainer.UntilAsync(() => scene.Pipeline.Outputs.DurableRecords > 5000, "warm code");

        var (records, then, began) = (Trained(scene), new ProcessorTimes(trainer.Id), Stopwatch.GetTimestamp());
        await Task.Delay(Measured, TestContext.Current.CancellationToken);
        var (now, took) = (new ProcessorTimes(trainer.Id), Stopwatch.GetElapsedTime(began));
        records = Trained(scene) - records;

        double Ms(TimeSpan time) => time.TotalMilliseconds / records;
        var (idle, queued) = now.TrainerSharesSince(then);
        var run = new Run(records / took.TotalSeconds, Ms(now.TrainerSince(then)), Ms(now.Since(then)), idle);
        var threads = string.Join(", ", now.ByNameSince(then).Take(6).Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Name} {Ms(t.Ran):0.000}")));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}, width {width}: {run.Rate:0} records/s; processor ms a record: trainer's thread {run.TrainerMs:0.000}, its process {run.ProcessMs:0.000} ({threads}); the trainer had nothing to do {idle:0.0 %} of the time and waited for a processor {queued:0.0 %}"));
        return run;
    }

    private static long Trained(ClusterScene scene) => scene.Pipeline.Audit.Ranges.GroupBy(r => r.Partition).Sum(p => p.Max(r => r.To));

    private static void SkipUnlessThreadsAreSeen() => Assert.SkipUnless(File.Exists("/proc/self/schedstat"), "what threads do is read from /proc");
}
