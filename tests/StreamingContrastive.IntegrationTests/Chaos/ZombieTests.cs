using System.Diagnostics;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>
/// A trainer that is stopped (kill -STOP: a paused virtual machine, a swapped-out process) beyond the session timeout, replaced by another
/// one in the same directory, and resumed. Seen red without CheckpointStore.EnsureNewest: the zombie never ends.
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class ZombieTests(ITestOutputHelper output)
{
    private static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(6);

    [Theory, Trait("Category", "Chaos")]
    [InlineData("checkpointed", true)]
    [InlineData("checkpointed", false)]
    [InlineData("immediate", true)]
    [InlineData("immediate", false)]
    public async Task Continue_AfterAnotherTrainerHasPublished_PublishesNothingThatCountsAndStopsItself(string delivery, bool staticMember)
    {
        await using var pipeline = await ChaosPipeline.StartAsync(partitions: 3, seed: 3, delivery, staticMember: staticMember);
        using var enough = new CancellationTokenSource();
        var feeding = new ChaosFeed(pipeline) { Rate = 300 }.RunAsync(enough.Token);
        await using var zombie = ChaosTrainer.Start(pipeline);
        await zombie.UntilAsync(() => pipeline.Outputs.DurableRecords > 0, "a first checkpoint with records");
        await zombie.Program.SignalAsync("STOP");
        var stopped = Stopwatch.GetTimestamp();

        await using var newer = ChaosTrainer.Start(pipeline);
        await newer.UntilAsync(() => pipeline.Outputs.Models.Count(m => m.LineageEpoch == 2) >= 2, "two checkpoints of the newer trainer");
        await newer.UntilAsync(() => Stopwatch.GetElapsedTime(stopped) > SessionTimeout, "the session timeout");
        await zombie.Program.SignalAsync("CONT");
        var resumed = Stopwatch.GetTimestamp();
        var end = await zombie.Program.EndAsync();
        output.WriteLine($"{delivery}, static member {staticMember}: the zombie ended {Stopwatch.GetElapsedTime(resumed).TotalSeconds:0.0} s after it was resumed, exit code {end.ExitCode}: {end.Error.TrimEnd().Split('\n')[^1]}");

        await enough.CancelAsync();
        await feeding;
        await newer.FinishAsync();
        end.ExitCode.ShouldBe(1, end.Error);
        end.Error.TrimEnd().Split('\n')[^1].ShouldStartWith("streaming-contrastive: ");
        ChaosChecks.EveryOffsetIsTrainedOnce(pipeline);
        await ChaosChecks.OutputsAreCompleteAsync(pipeline, nothingIsTakenBack: delivery == "checkpointed");
    }
}
