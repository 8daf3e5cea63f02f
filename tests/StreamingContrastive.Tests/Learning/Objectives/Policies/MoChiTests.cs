using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Policies;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Policies;

[Collection(TorchTests.Name)]
public sealed class MoChiTests
{
    // The bug of a public port: every row mixed the hardest of row 0. Here the rows' hardest lie in planes of their own.
    [Fact]
    public void Apply_RowsWithHardestOfTheirOwn_MixOnlyThose()
    {
        using var scope = NewDisposeScope();
        var axes = eye(8, dtype: ScalarType.Float64);
        var q = nn.functional.normalize(axes.narrow(0, 0, 4) + axes.narrow(0, 4, 4)); // row i lies between axes i and i + 4
        var direction = Contrast.Direction(q, q, axes);

        var block = new MoChi(new MoChiPlan(2, 16, 8, 0), 3).Apply(direction, new StepContext(1)).Blocks[2];

        block.Origin.ShouldBe(Origin.Synthetic);
        block.Count.ShouldBe(24);
        block.Keys.norm(2).sub(1).abs().max().item<double>().ShouldBeLessThan(1e-12);
        for (var i = 0; i < 4; i++)
        {
            var outside = block.Keys[i].index_select(1, tensor([.. Enumerable.Range(0, 8).Where(a => a % 4 != i).Select(a => (long)a)]));
            outside.abs().max().item<double>().ShouldBe(0, 1e-15);
            var mixes = block.Keys[i].narrow(0, 0, 16);
            mixes.select(1, i).min().item<double>().ShouldBeGreaterThan(0); // two different ones, each with a share
            mixes.select(1, i + 4).min().item<double>().ShouldBeGreaterThan(0);
        }

        (block.Cosine - block.Keys.matmul(q.unsqueeze(2)).squeeze(2)).abs().max().item<double>().ShouldBeLessThan(1e-14);
    }

    [Fact]
    public void Apply_SameSeedAndStep_DrawsTheSame()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.Random(61);
        Tensor Keys(ulong seed, long step) => new MoChi(new MoChiPlan(6, 4, 3, 0), seed).Apply(direction, new StepContext(step)).Blocks[2].Keys;

        Keys(1, 5).SameAs(Keys(1, 5)).ShouldBeTrue();
        Keys(1, 5).SameAs(Keys(1, 6)).ShouldBeFalse();
        Keys(1, 5).SameAs(Keys(2, 5)).ShouldBeFalse();
    }

    [Fact]
    public void Apply_TooFewSurvivors_MakesFewer()
    {
        using var scope = NewDisposeScope();
        const double Gone = double.NegativeInfinity;
        var direction = Contrast.Direction(Contrast.UnitRows(1, 3, 4), Contrast.UnitRows(2, 3, 4), Contrast.UnitRows(3, 3, 4));
        direction = Contrast.WithQueueWeights(direction, Contrast.Rows(ScalarType.Float64, [Gone, Gone, Gone], [0, Gone, Gone], [0, 0, Gone]));

        var block = new MoChi(new MoChiPlan(3, 2, 1, 0), 1).Apply(direction, new StepContext(0)).Blocks[2];

        block.LogWeight!.data<double>().ToArray().ShouldBe([Gone, Gone, Gone, Gone, Gone, 0, 0, 0, 0]);
        var survivors = direction.Blocks[1].Keys.narrow(0, 0, 2);
        var plane = cat([survivors, direction.Anchors.narrow(0, 2, 1)], 0);
        linalg.svdvals(cat([plane, block.Keys[2]], 0)).gt(1e-9).sum().item<long>().ShouldBe(3); // row 2 mixes its two survivors and itself only
    }

    [Fact]
    public void Gradient_Synthetic_ReachesOnlyTheAnchorThroughItsCosine()
    {
        using var scope = NewDisposeScope();
        var raw = Contrast.UnitRows(1, 3, 4).requires_grad_();
        var direction = new MoChi(new MoChiPlan(4, 4, 4, 0), 1).Apply(Contrast.Direction(raw, Contrast.UnitRows(2, 3, 4), Contrast.UnitRows(3, 6, 4)), new StepContext(0));
        var synthetic = direction.Blocks[2];

        synthetic.Keys.requires_grad.ShouldBeFalse();
        synthetic.Cosine.sum().backward();

        (raw.grad! - synthetic.Keys.sum(1)).abs().max().item<double>().ShouldBeLessThan(1e-12);
        new InfoNceLoss(.1).Forward(direction).PerRow.isfinite().all().item<bool>().ShouldBeTrue();
    }

    [Fact]
    public void Draws_AreUniform()
    {
        using var scope = NewDisposeScope();
        var one = Contrast.Rows(ScalarType.Float64, [1, 0, 0]);
        var direction = Contrast.Direction(one, one, Contrast.Rows(ScalarType.Float64, [0, 1, 0], [0, 0, 1]));

        var keys = new MoChi(new MoChiPlan(2, 20_000, 20_000, 0), 9).Apply(direction, new StepContext(0)).Blocks[2].Keys[0];

        // a / (a + 1 - a) from the mixes' components, then b from the mixes with the query.
        var (y, z) = (keys.narrow(0, 0, 20_000).select(1, 1), keys.narrow(0, 0, 20_000).select(1, 2));
        (y / (y + z)).mean().item<double>().ShouldBe(.5, .01);
        (y / (y + z)).std().item<double>().ShouldBe(Math.Sqrt(1 / 12.0), .01);
        var x = keys.narrow(0, 20_000, 20_000).select(1, 0);
        var b = x / keys.narrow(0, 20_000, 20_000).sum(1);
        b.mean().item<double>().ShouldBe(.25, .005);
        b.max().item<double>().ShouldBeLessThan(.5);
    }
}
