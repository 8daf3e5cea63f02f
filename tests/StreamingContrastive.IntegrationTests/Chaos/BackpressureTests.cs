using System.Diagnostics;
using StreamingContrastive.IntegrationTests.Hosting;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>
/// Outputs or disk twenty times slower than training: the trainer waits, memory stays where it was, and everything arrives in the end.
/// The bound on what waits was seen to bite: with room for less than three outboxes the test is red (864 records, 640 allowed).
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class BackpressureTests(ITestOutputHelper output)
{
    private const long MostGrowthMiB = 200;
    private const int Warm = 30 * PipelineHarness.BatchSize;
    private const int Records = 220 * PipelineHarness.BatchSize; // 3 partitions of 5 MiB hold no more pictures than these and the warm ones.
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(20);

    [Theory, Trait("Category", "Chaos")]
    [InlineData(DeliveryMode.Checkpointed)]
    [InlineData(DeliveryMode.Immediate)]
    public async Task Outputs_TwentyTimesSlowerThanTraining_MemoryStaysBounded(DeliveryMode delivery)
    {
        await using var run = await FaultyRun.StartAsync(delivery, change: options => options with
        {
            // One message a round trip: the broker's answer time sets the rate of the outputs and hardly that of the input.
            Kafka = options.Kafka with { Producer = new Dictionary<string, string> { ["batch.num.messages"] = "1", ["max.in.flight.requests.per.connection"] = "1", ["linger.ms"] = "0" } },
        });
        var rate = await RateAsync(run);
        var roundTrip = TimeSpan.FromSeconds(20 / rate);
        run.Harness.Broker.SetRoundTripTime(roundTrip);
        var (growth, waiting) = await WatchAsync(run);
        run.Harness.Broker.SetRoundTripTime(TimeSpan.Zero);

        output.WriteLine($"{delivery}: training {rate:0} records/s, {1 / roundTrip.TotalSeconds:0} outputs/s: peak memory grew by {growth} MiB, {waiting} records waited for the broker at most");
        growth.ShouldBeLessThan(MostGrowthMiB);
        waiting.ShouldBeLessThanOrEqualTo(delivery == DeliveryMode.Checkpointed ? Outboxes(run) : 5 * PipelineHarness.BatchSize);
    }

    [Fact, Trait("Category", "Chaos")]
    public async Task Disk_FarSlowerThanTraining_MemoryStaysBounded()
    {
        using var disk = new SlowFiles();
        await using var run = await FaultyRun.StartAsync(files: disk);
        var rate = await RateAsync(run);
        disk.Delay = TimeSpan.FromMilliseconds(500); // A file; a checkpoint has about ten.
        var (growth, waiting) = await WatchAsync(run);
        disk.Delay = TimeSpan.Zero;

        output.WriteLine($"training {rate:0} records/s, 500 ms a file: peak memory grew by {growth} MiB, {waiting} records waited for the disk at most");
        growth.ShouldBeLessThan(MostGrowthMiB);
        waiting.ShouldBeLessThanOrEqualTo(Outboxes(run));
        await run.StopAndCheckAsync();
    }

    /// <summary>Three outboxes: one at the broker, one in the checkpoint that waits for it, one being filled. Each holds two intervals and a batch.</summary>
    private static int Outboxes(FaultyRun run) => 3 * ((2 * run.Harness.Options.Checkpoint.EveryRecords) + PipelineHarness.BatchSize);

    private static async Task<double> RateAsync(FaultyRun run)
    {
        await run.ProduceAsync(Warm);
        var (began, trained) = (Stopwatch.GetTimestamp(), run.Trained);
        await run.GoesOnAsync("warming up");
        return (run.Trained - trained) / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Peak growth of the process and the most records that were trained and not yet published.</summary>
    private static async Task<(long GrowthMiB, long Waiting)> WatchAsync(FaultyRun run)
    {
        var before = ResidentMiB();
        var (peak, waiting) = (before, 0L);
        await run.ProduceAsync(Records);
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Watched)
        {
            var progress = run.Run.Progress.Current;
            waiting = Math.Max(waiting, progress.Trained - progress.EmbeddingsPublished);
            peak = Math.Max(peak, ResidentMiB());
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        return (peak - before, waiting);
    }

    private static long ResidentMiB()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 >> 20;
    }
}
