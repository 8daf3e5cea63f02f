using System.Diagnostics;
using StreamingContrastive.IntegrationTests.Kafka;
using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>
/// A second member of the consumer group joins and leaves: partitions go and come back in the middle of chunks, augmentation and credits.
/// The range check of OffsetLedger.Offer is not what this one rests on (it stays green without: by the time the partitions come back a
/// checkpoint has passed what was in flight); OffsetLedgerPropertyTests are.
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class RebalanceTests(ITestOutputHelper output)
{
    [Fact]
    public Task SecondMember_JoinsAndLeavesAFewTimes_EveryOffsetIsTrainedOnce() => RebalanceAsync(times: 2);

    [Fact, Trait("Category", "Chaos")]
    public Task SecondMember_JoinsAndLeavesFiftyTimes_NothingIsLostAndNothingLeaks() => RebalanceAsync(times: 50);

    private async Task RebalanceAsync(int times)
    {
        await using var run = await FaultyRun.StartAsync();
        await JoinAndLeaveAsync(run); // Warm: pools, JIT, the client's threads.
        var before = Resources.Now();
        for (var i = 0; i < times; i++)
        {
            await JoinAndLeaveAsync(run);
        }

        var after = Resources.Now();
        output.WriteLine($"{times} rebalances: {before} -> {after}");
        after.Threads.ShouldBeLessThanOrEqualTo(before.Threads + 8); // The pool's threads come and go.
        after.Handles.ShouldBeLessThanOrEqualTo(before.Handles + 8);
        after.ManagedMiB.ShouldBeLessThan(before.ManagedMiB + 16);
        after.ResidentMiB.ShouldBeLessThan(before.ResidentMiB + 100);
        await run.StopAndCheckAsync();
    }

    private static async Task JoinAndLeaveAsync(FaultyRun run)
    {
        var config = KafkaClientSettings.Consumer(run.Harness.Options.Kafka, "other", "test");
        config.AutoOffsetReset = Confluent.Kafka.AutoOffsetReset.Latest; // It only takes partitions away; nothing may be committed yet.
        using (var other = new Confluent.Kafka.ConsumerBuilder<byte[], byte[]>(config).Build())
        {
            other.Subscribe("records");
            // Records come in all the time: partitions go while chunks of them are read, augmented, and wait for credits.
            var producing = ProduceWhileAsync(run, () => other.Assignment.Count == 0);
            await KafkaIo.UntilAsync(() =>
            {
                other.Consume(TimeSpan.FromMilliseconds(20));
                return other.Assignment.Count > 0;
            });
            await producing;
            other.Close();
        }

        await run.GoesOnAsync("another member has left");
    }

    private static async Task ProduceWhileAsync(FaultyRun run, Func<bool> condition)
    {
        while (condition())
        {
            await run.ProduceAsync();
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private sealed record Resources(int Threads, int Handles, long ManagedMiB, long ResidentMiB)
    {
        public static Resources Now()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using var process = Process.GetCurrentProcess();
            return new(
                process.Threads.Count,
                Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length : process.HandleCount,
                GC.GetTotalMemory(forceFullCollection: true) >> 20,
                process.WorkingSet64 >> 20);
        }
    }
}
