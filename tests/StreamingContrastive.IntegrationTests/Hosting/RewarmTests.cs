using StreamingContrastive.Contracts;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.IntegrationTests.Hosting;

public sealed class RewarmTests
{
    // Seen to fail when OpenLoop does not ask the trainer: every rate is 0.001.
    [Fact]
    public async Task Run_Rewarm_RaisesTheRateAndLowersMForItsSteps_OverARestartToo()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        harness.Options = harness.Options with
        {
            Training = harness.Options.Training with { LearningRate = 0.001, WarmupSteps = 0, RewarmSteps = 4, RewarmRateFactor = 3, MomentumSchedule = MomentumScheduleKind.WarmRise, MomentumRiseSteps = 1, Momentum = 0.5 },
            Output = harness.Options.Output with { MetricsEverySteps = 1 },
        };
        await harness.ProducePicturesAsync(0, 8 * PipelineHarness.BatchSize);

        await RunAsync(harness, steps: 2, rewarm: false);
        await RunAsync(harness, steps: 4, rewarm: true);
        await RunAsync(harness, steps: 8, rewarm: false);

        var steps = harness.Read("test.metrics").Select(m => MetricsCodec.Decode(m.Value, m.Headers)).DistinctBy(m => m.Step).OrderBy(m => m.Step).ToList();
        steps.Select(m => Math.Round(m.Values["learning_rate"], 6)).ShouldBe([0.001, 0.001, 0.003, 0.003, 0.003, 0.003, 0.001, 0.001]);
        steps[1].Values["momentum"].ShouldBeGreaterThan(0.7); // It was on its way up.
        steps[2..6].ShouldAllBe(m => m.Values["momentum"] == 0.5);
    }

    private static async Task RunAsync(PipelineHarness harness, int steps, bool rewarm)
    {
        await using var run = await Pipeline.Hosting.PipelineRun.StartAsync(harness.Options, harness.Settings(steps * PipelineHarness.BatchSize) with { Rewarm = rewarm }, CancellationToken.None);
        await run.Completion.WaitAsync(TimeSpan.FromMinutes(2));
    }
}
