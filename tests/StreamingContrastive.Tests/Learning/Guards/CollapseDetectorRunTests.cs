using StreamingContrastive.Learning.Guards;

namespace StreamingContrastive.Tests.Learning.Guards;

/// <summary>The detector on real training: what it must see and how soon, and what it must not see.</summary>
[Collection(TorchTests.Name)]
public sealed class CollapseDetectorRunTests(ITestOutputHelper output)
{
    private const int TrainedSteps = 100;
    private const int Every = 5;

    // 5 windows of 5 steps, and as many again until the encoder has lost its shape.
    private const int WithinBatches = 50;

    [Fact]
    public void Observe_InputsTurnConstantOrRateTimesHundred_IsSeenWithinFiftyBatches()
    {
        using var healthy = new FashionRun(width: 4, batchSize: 32, queueRows: 512);
        var detector = Detector();
        Trip(healthy, detector, TrainedSteps).ShouldBeNull();
        var state = healthy.Trainer.CopyState();
        Trip(healthy, detector, 30).ShouldBeNull("a healthy run must go on");

        using var constant = new FashionRun(width: 4, batchSize: 32, queueRows: 512) { IsConstant = true };
        constant.Trainer.Restore(state);
        Trip(constant, Detector(), WithinBatches).ShouldNotBeNull("constant inputs");

        using var fast = new FashionRun(width: 4, batchSize: 32, queueRows: 512, learningRate: 0.2);
        fast.Trainer.Restore(state);
        Trip(fast, Detector(), WithinBatches).ShouldNotBeNull("learning rate x 100");
    }

    /// <summary>The bundled recipe as it is (width 16, batch 64, K 4096), its default limits but for a much shorter warm-up.</summary>
    [Fact]
    [Trait("Category", "Slow")]
    public void Observe_BundledRecipe_NeverTrips()
    {
        using var run = new FashionRun(width: 16, batchSize: 64, queueRows: 4096);

        Trip(run, new CollapseDetector(new CollapseLimits { WarmupSteps = 150 }, FashionRun.Dimension, FashionRun.Temperature), 300).ShouldBeNull();
    }

    private static CollapseDetector Detector() => new(new CollapseLimits { WarmupSteps = TrainedSteps - Every }, FashionRun.Dimension, FashionRun.Temperature);

    /// <summary>Batches until the detector tripped; null where it did not.</summary>
    private int? Trip(FashionRun run, CollapseDetector detector, int steps)
    {
        for (var step = 1; step <= steps; step++)
        {
            var outcome = run.Step(measure: step % Every == 0);
            outcome.IsApplied.ShouldBeTrue(outcome.Refusal);
            if (outcome.Metrics is not { } m)
            {
                continue;
            }

            var verdict = detector.Observe(outcome.Step, m);
            output.WriteLine(FormattableString.Invariant(
                $"{outcome.Step}: {verdict.Health} loss {m.Loss:0.000} s+ {m.PositiveSimilarity:0.000} s- {m.NegativeSimilarity:0.000} uniformity {m.Uniformity:0.000} std {m.EmbeddingStd:0.0000} accuracy {m.Accuracy:0.00} {verdict.Text}"));
            if (verdict.Health == EncoderHealth.Collapsed)
            {
                return step;
            }
        }

        return null;
    }
}
