using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Running;
using StreamingContrastive.Host.Web;
using StreamingContrastive.IntegrationTests.Chaos;
using StreamingContrastive.IntegrationTests.Hosting;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.IntegrationTests.Running;

/// <summary>What the command does around a run: starts again after a guard, and leaves in the time that its host gives it.</summary>
public sealed class PipelineRunnerTests
{
    private readonly ProgressBoard _board = new();
    private int _starts;

    /// <summary>Overflows at once; a hundredth of the rate does not. Seen red with the loop left after the first trip: it is thrown.</summary>
    [Fact]
    public async Task RunAsync_GuardTrips_StartsAgainInThisProcessAndTrainsEverything()
    {
        await using var harness = Overflowing(rateFactor: 0.01);
        await harness.ProducePicturesAsync(0, 800);

        var exit = await RunAsync(harness, records: 800);

        (exit, _starts).ShouldBe((ExitCodes.Ok, 2));
        (_board.Current.Trained, _board.Current.DeadLettered, _board.Current.LineageEpoch).ShouldBe((800, 0, 3)); // 2 is the guard's branch.
        harness.ReadEmbeddings().Select(e => e.Source).Distinct().Count().ShouldBe(800);
    }

    [Fact]
    public async Task RunAsync_RestoringDoesNotHelp_StopsAfterItsAttempts()
    {
        await using var harness = Overflowing(rateFactor: 0.9);
        await harness.ProducePicturesAsync(0, 800);

        await Should.ThrowAsync<GuardExhaustedException>(() => RunAsync(harness, records: 800));

        _starts.ShouldBe(3);
    }

    /// <summary>
    /// The writer hangs in the disk for ever, and a host that sent SIGTERM kills after 30 s: the run ends before that, and says why. What was
    /// not durable is trained again. Seen red with an unlimited close: the command never returned.
    /// </summary>
    [Fact, Trait("Category", "Slow")]
    public async Task RunAsync_StoppedWhileTheDiskHangs_LeavesInTimeAndNothingIsLost()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProducePicturesAsync(0, 640);
        using var disk = new SlowFiles();
        using var stop = new CancellationTokenSource();
        var running = RunAsync(harness, records: null, settings => settings with { CheckpointFiles = disk }, stop.Token);
        await UntilAsync(p => p.Trained >= 320);
        disk.Delay = Timeout.InfiniteTimeSpan;
        await harness.ProducePicturesAsync(640, 640);
        await UntilAsync(p => p.Trained >= 480); // The next checkpoint was due, and hangs; outputs wait for a good deal longer.

        var asked = TimeProvider.System.GetTimestamp();
        await stop.CancelAsync();
        var failure = await Should.ThrowAsync<TimeoutException>(() => running);
        var took = TimeProvider.System.GetElapsedTime(asked);

        failure.Message.ShouldStartWith("Stopping took longer than 25 s: ");
        took.ShouldBeInRange(TimeSpan.FromSeconds(28), CommandLineProgram.TerminationTimeout);
        disk.Wake();
        await RunAsync(harness, records: 1280 - DurableLineage.Newest(harness.Options)!.Consumed);
        (_board.Current.Trained, harness.ReadEmbeddings().Select(e => e.Source).Distinct().Count()).ShouldBe((1280, 1280));
    }

    private static PipelineHarness Overflowing(double rateFactor)
    {
        var harness = new PipelineHarness(partitions: 1);
        harness.Options = harness.Options with
        {
            Training = harness.Options.Training with { Optimizer = OptimizerKind.Sgd, LearningRate = 10, WarmupSteps = 0, WeightDecay = 1 },
            Guards = new GuardOptions { NonFiniteInARow = 2, MaxAttempts = 2, Collapse = false, RateFactor = rateFactor },
        };
        return harness;
    }

    private async Task<int> RunAsync(PipelineHarness harness, long? records, Func<PipelineRunSettings, PipelineRunSettings>? adapt = null, CancellationToken cancellation = default)
    {
        var runner = new PipelineRunner((options, settings, stop) =>
        {
            _starts++;
            return PipelineRun.StartAsync(options, (adapt?.Invoke(settings) ?? settings) with { Progress = _board }, stop);
        });
        var context = ProgramContext.OfThisProcess() with { Out = TextWriter.Null };
        return await runner.RunAsync(
            new PipelineRunRequest(new LoadedPipeline(harness.Options, File: null), records, AcceptRollback: false, Rewarm: false, AuditFile: null, Verbose: false, WebSettings.Off), context, cancellation);
    }

    private async Task UntilAsync(Predicate<PipelineProgress> holds)
    {
        while (!holds(_board.Current))
        {
            await _board.ChangedAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        }
    }
}
