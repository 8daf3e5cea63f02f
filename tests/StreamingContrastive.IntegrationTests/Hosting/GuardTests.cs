using StreamingContrastive.Contracts;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.IntegrationTests.Hosting;

public sealed class GuardTests
{
    /// <summary>
    /// A rate at which weights overflow: every batch after a few steps is not finite. Each restart tries the same records at half
    /// the rate, and when that has not helped often enough the pipeline stops and says so.
    /// </summary>
    [Fact]
    public async Task Run_RateThatOverflows_RestoresWithLowerRatesAndThenStops()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        harness.Options = harness.Options with
        {
            Training = harness.Options.Training with { Optimizer = OptimizerKind.Sgd, LearningRate = 10, WarmupSteps = 0, WeightDecay = 1 },
            Guards = new GuardOptions { NonFiniteInARow = 2, MaxAttempts = 2, Collapse = false, RateFactor = 0.9 },
            Checkpoint = harness.Options.Checkpoint with { EveryRecords = 100_000 },
        };
        await harness.ProducePicturesAsync(0, 2000);

        (await EndAsync<GuardTrippedException>(harness)).Message.ShouldContain("attempt 1 of 2, learning rate 0.9 of training:learningRate");
        (await EndAsync<GuardTrippedException>(harness)).Message.ShouldContain("Restoring 0000000001-000000000000 in lineage epoch 4: attempt 2 of 2, learning rate 0.81");
        var stop = await EndAsync<GuardExhaustedException>(harness);

        stop.Message.ShouldStartWith("2 batches in a row could not be trained on: in the last one ");
        stop.Message.ShouldContain("2 of guards:maxAttempts = 2 attempts were made");
        DurableLineage.Newest(harness.Options)!.Consumed.ShouldBe(0); // Nothing was passed that was not trained.

        // Only what made a guard restore, and failed again after it.
        var letters = harness.Read("test.dead-letters");
        letters.Select(l => l.Headers.FindText(HeaderNames.DeadLetterStage)).Distinct().ShouldBe(["train"]);
        letters.Select(l => l.Headers.FindText(HeaderNames.DeadLetterId)).Distinct().Count().ShouldBeLessThanOrEqualTo(2 * 2 * PipelineHarness.BatchSize);
        letters.ShouldAllBe(l => l.Value!.Length == 784);
    }

    private static async Task<TException> EndAsync<TException>(PipelineHarness harness)
        where TException : Exception
    {
        await using var run = await harness.StartAsync();
        return await Should.ThrowAsync<TException>(() => run.Completion.WaitAsync(TimeSpan.FromMinutes(2)));
    }
}
