using System.Diagnostics;
using StreamingContrastive.IntegrationTests.Transactions;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>How long a killed trainer is away: from kill -9 to the first step of the next process.</summary>
[Collection(ChaosCollection.Name)]
public sealed class RecoveryTests(ITestOutputHelper output, RealBroker cluster)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact, Trait("Category", "Chaos")]
    public async Task Start_AfterAKill_StepsWithinTenSeconds()
    {
        await using var pipeline = await ChaosPipeline.StartAsync(partitions: 12, seed: 9, "checkpointed", width: 16);
        await MeasureAsync(pipeline);
    }

    [Theory, Trait("Category", "Chaos")]
    [InlineData("checkpointed")]
    [InlineData("transactional")]
    public async Task Start_AfterAKill_OnRealBrokers_StepsWithinTenSeconds(string delivery)
    {
        await using var pipeline = await ChaosPipeline.StartAsync(cluster, partitions: 12, seed: 9, delivery, width: 16);
        await MeasureAsync(pipeline);
    }

    private async Task MeasureAsync(ChaosPipeline pipeline)
    {
        using var enough = new CancellationTokenSource();
        var feeding = new ChaosFeed(pipeline) { Rate = 200 }.RunAsync(enough.Token);
        var times = new List<double>();
        await (await SteppingAsync(pipeline)).DisposeAsync();
        for (var i = 0; i < 5; i++)
        {
            await using var trainer = ChaosTrainer.Start(pipeline, "--verbose");
            await trainer.UntilAsync(() => trainer.HasBegun, "the epoch");
            var begun = Stopwatch.GetElapsedTime(trainer.Started).TotalSeconds;
            await trainer.UntilAsync(() => trainer.HasStepped, "the first step");
            times.Add(Stopwatch.GetElapsedTime(trainer.Started).TotalSeconds);
            output.WriteLine($"process, broker, checkpoint and model {begun:0.00} s; joining the group, first chunk, first step {times[^1] - begun:0.00} s; together {times[^1]:0.00} s");
            var said = await trainer.KillAsync();
            output.WriteLine(string.Join('\n', said.Error.Split('\n').Where(l => l.Contains("Start: ", StringComparison.Ordinal)).Select(l => "    " + l[l.IndexOf("Start: ", StringComparison.Ordinal)..])));
        }

        await enough.CancelAsync();
        await feeding;
        times.Order().ElementAt(times.Count / 2).ShouldBeLessThan(Limit.TotalSeconds);
    }

    private static async Task<ChaosTrainer> SteppingAsync(ChaosPipeline pipeline)
    {
        var trainer = ChaosTrainer.Start(pipeline);
        await trainer.UntilAsync(() => pipeline.Outputs.DurableRecords > 0, "a first checkpoint with records");
        await trainer.KillAsync();
        return trainer;
    }
}
