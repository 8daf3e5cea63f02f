using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Objectives.Policies;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Losses;

/// <summary>The golden table of learning.md section 6 (test vector, T = 0.5), and the worked examples of section 1.</summary>
[Collection(TorchTests.Name)]
public sealed class GoldenTableTests
{
    private const double T = 0.5;

    [Fact]
    public void Table_InfoNce() => Golden(new InfoNceLoss(T), 0.641611902);

    [Fact]
    public void Table_Dcl() => Golden(new DclLoss(T, null), -0.105871439);

    [Theory]
    [InlineData(0, 0, 0.641611902)]
    [InlineData(.1, 0, 0.510519101)]
    [InlineData(.3, 0, 0.078784533)]
    [InlineData(0, 1, 0.969627495)]
    [InlineData(.1, 1, 0.910479209)]
    [InlineData(0, 2, 1.061714424)]
    [InlineData(.1, 2, 1.018175)]
    public void Table_DebiasedAndHcl(double tau, double beta, double expected) => Golden(new DebiasedLoss(T, tau, beta), expected, expected == 1.018175 ? 6e-7 : 1e-9);

    [Fact]
    public void Debiased_ClampActive_IsMarked()
    {
        using var scope = NewDisposeScope();

        new DebiasedLoss(T, .3, 0).Forward(Contrast.TestVector()).Clamped!.item<bool>().ShouldBeTrue();
        new DebiasedLoss(T, .1, 0).Forward(Contrast.TestVector()).Clamped!.item<bool>().ShouldBeFalse();
    }

    [Theory]
    [InlineData(FalseNegativeMode.Eliminate, 0.206380017)]
    [InlineData(FalseNegativeMode.Attract, 0.841611902)]
    public void Table_FalseNegativeCancellation(FalseNegativeMode mode, double expected)
    {
        using var scope = NewDisposeScope();
        var direction = new FalseNegatives(mode, 0.7, 10, 1).Apply(Contrast.TestVector(), new StepContext(0)); // k+ . n1 = .96

        Contrast.Loss(direction, new SupConLoss(T, null)).ShouldBe(expected, 1e-9);
        if (mode == FalseNegativeMode.Eliminate)
        {
            Contrast.Loss(direction, T).ShouldBe(expected, 1e-9);
        }
    }

    [Fact]
    public void Table_AgeDecay()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.WithColumns(Contrast.TestVector(), Contrast.Field(MetaField.Step, 16, 8, 0));

        Contrast.Loss(new AgeDecay(8).Apply(direction, new StepContext(16)), T).ShouldBe(0.575544949, 1e-9);
    }

    [Theory]
    [InlineData(.1, .9, 1, 0.243779238)] // calibration
    [InlineData(.1 * 2.235542, .9 * .673332, .091126, 0.242704474)] // and hardness beta = 1, to the digits of h
    [InlineData(.1, 1, 1, 0.259477213)]
    public void Table_Weights(double first, double second, double third, double expected)
    {
        using var scope = NewDisposeScope();
        var weights = Contrast.Rows(ScalarType.Float64, [Math.Log(first), Math.Log(second), Math.Log(third)]);

        Contrast.Loss(Contrast.WithQueueWeights(Contrast.TestVector(), weights), T).ShouldBe(expected, first == .1 ? 1e-9 : 1e-6);
    }

    [Fact]
    public void Table_MoChi()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.TestVector();
        var queue = direction.Blocks[1].Keys;
        var mixed = MoChi.Blend(queue.narrow(0, 0, 1), queue.narrow(0, 1, 1), tensor(.5, ScalarType.Float64));
        var withQuery = MoChi.Blend(direction.Anchors, queue.narrow(0, 0, 1), tensor(.25, ScalarType.Float64));
        var keys = cat([mixed, withQuery], 0).unsqueeze(0);
        var cosine = keys.matmul(direction.Anchors.unsqueeze(2)).squeeze(2);

        cosine.data<double>().ToArray().ShouldBe([.316228, .759257], 1e-6);
        Contrast.Loss(direction with { Blocks = direction.Blocks.Add(new CandidateBlock(Origin.Synthetic, keys, cosine, null, null, null)) }, T).ShouldBe(1.163557040, 1e-9);
    }

    [Fact]
    public void EqCo_FourThousandLikeSixtyFour_AddsItsLogarithm()
    {
        using var scope = NewDisposeScope();
        var one = Contrast.Rows(ScalarType.Float64, [1, 0]);
        var direction = new EqCo(65536).Apply(Contrast.Direction(one, one, one.expand(4096, 2)), new StepContext(0));

        Contrast.Weights(direction).ShouldAllBe(w => Math.Abs(w - 2.7726) < 5e-5);
        Contrast.Loss(direction, 0.1).ShouldBe(Math.Log(65537), 1e-9);
    }

    [Theory]
    [InlineData(.5, 0.430190)]
    [InlineData(.1, 0.063780)]
    public void NtXent_BatchVector_IsGolden(double temperature, double expected)
    {
        using var scope = NewDisposeScope();
        var rows = new InfoNceLoss(temperature).Forward(Batch()).PerRow;

        rows.mean().item<double>().ShouldBe(expected, 6e-7);
        if (temperature == .5)
        {
            rows.data<double>().ToArray().ShouldBe([.233257, .627123, .627123, .233257], 6e-7); // A1 B1 A2 B2
        }
    }

    [Fact]
    public void Dcl_BatchVectorJointLogSumExp_IsGolden()
    {
        using var scope = NewDisposeScope();

        Contrast.Loss(Batch(), new DclLoss(.5, null)).ShouldBe(-0.736718, 6e-7);
    }

    [Fact]
    public void Dclw_TwoPositives_WeightsAreGolden()
    {
        using var scope = NewDisposeScope();

        DclLoss.PositiveWeights(tensor((double[])[.8, .4]), .5).data<double>().ToArray().ShouldBe([.620051, 1.379949], 6e-7);
    }

    [Theory]
    [InlineData(false, .5, .5, 0.430190)]
    [InlineData(true, .5, .5, 1.496857)]
    [InlineData(false, .1, .07, 0.091114)]
    public void SupCon_BatchVector_IsGolden(bool oneClass, double temperature, double baseTemperature, double expected)
    {
        using var scope = NewDisposeScope();
        var direction = Batch();
        if (oneClass)
        {
            var batch = direction.Blocks[1];
            direction = direction with { Blocks = [direction.Blocks[0], batch with { Positive = ones_like(batch.Cosine) }] };
        }

        Contrast.Loss(direction, new SupConLoss(temperature, baseTemperature)).ShouldBe(expected, 6e-7);
    }

    [Fact]
    public void SupCon_QueuedKeyOfTheSameLabel_IsGolden()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.WithQueuePositives(Contrast.TestVector(), Contrast.Rows(ScalarType.Float64, [1, 0, 0]));

        Contrast.Loss(direction, new SupConLoss(T, null)).ShouldBe(0.841611902, 1e-9);
    }

    private static void Golden(ILoss loss, double expected, double tolerance = 1e-9)
    {
        using var scope = NewDisposeScope();
        Contrast.Loss(Contrast.TestVector(), loss).ShouldBe(expected, tolerance);
    }

    /// <summary>The batch vector of learning.md 1.3: A1 (1,0), A2 (.8,.6), B1 (0,1), B2 (-.6,.8).</summary>
    private static Direction Batch() => new InBatchPlan(withQueue: false).Build(
        Contrast.Encoded(Contrast.Rows(ScalarType.Float64, [1, 0], [0, 1]), Contrast.Rows(ScalarType.Float64, [.8, .6], [-.6, .8]), Contrast.Meta(0, 2)),
        [new QueueSnapshot(zeros(0, 2, ScalarType.Float64), Contrast.Meta([]))]).Single();
}
