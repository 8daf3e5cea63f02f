using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Plans;

[Collection(TorchTests.Name)]
public sealed class PlanTests
{
    [Fact]
    public void TwoViews_Batch_ContrastsWithTheOtherKeysOnly()
    {
        using var scope = NewDisposeScope();
        var encoded = Encoded();
        var plan = new TwoViewPlan(NegativeSource.Batch);

        var direction = plan.Build(encoded, [Queue()]).Single();

        direction.Blocks.Select(b => b.Origin).ShouldBe([Origin.Positive, Origin.Batch]);
        direction.Blocks[1].LogWeight!.isneginf().SameAs(eye(3, dtype: ScalarType.Bool)).ShouldBeTrue();
        plan.Keys(encoded).ShouldBeEmpty();
        var logits = encoded.Only.Query.matmul(encoded.Only.Key.t()) / .2; // cross-entropy over the batch, the diagonal right (MoCo v3)
        Contrast.Loss(direction, .2).ShouldBe(nn.functional.cross_entropy(logits, arange(3, ScalarType.Int64)).item<double>(), 1e-12);
    }

    [Fact]
    public void TwoViews_Both_HasQueueAndBatch()
    {
        using var scope = NewDisposeScope();
        var direction = new TwoViewPlan(NegativeSource.Both).Build(Encoded(), [Queue()]).Single();

        direction.Blocks.Select(b => (b.Origin, b.Count)).ShouldBe([(Origin.Positive, 1), (Origin.Queue, 5), (Origin.Batch, 3)]);
    }

    [Fact]
    public void InBatch_Gradient_FlowsThroughBothSides()
    {
        using var scope = NewDisposeScope();
        var raw = randn(6, 4, dtype: ScalarType.Float64, generator: new Generator(3)).requires_grad_();
        Tensor Loss(Tensor x)
        {
            var views = nn.functional.normalize(x);
            var encoded = Contrast.Encoded(views.narrow(0, 0, 3), views.narrow(0, 3, 3), Contrast.Meta(0, 3));
            return new InfoNceLoss(.3).Forward(new InBatchPlan(withQueue: false).Build(encoded, [Queue()]).Single()).PerRow.mean();
        }

        Loss(raw).backward();

        const double H = 1e-6;
        for (var i = 0; i < 24; i++)
        {
            var step = zeros(6, 4, dtype: ScalarType.Float64);
            step[i / 4, i % 4] = H;
            raw.grad![i / 4, i % 4].item<double>().ShouldBe((Loss(raw.detach() + step) - Loss(raw.detach() - step)).item<double>() / (2 * H), 1e-7);
        }
    }

    [Fact]
    public void InBatch_Queue_RemembersBothHalvesDetached()
    {
        using var scope = NewDisposeScope();
        var query = Contrast.UnitRows(1, 3, 4).requires_grad_();

        var keys = new InBatchPlan(withQueue: true).Keys(Contrast.Encoded(query, Contrast.UnitRows(2, 3, 4), Contrast.Meta(0, 3)));

        keys.Select(k => k.OfQueryView).ShouldBe([true, false]);
        keys.ShouldAllBe(k => !k.Keys.requires_grad);
    }

    [Fact]
    public void InBatch_OneRecord_HasNoCandidates()
    {
        using var scope = NewDisposeScope();
        var encoded = Contrast.Encoded(Contrast.UnitRows(1, 1, 4), Contrast.UnitRows(2, 1, 4), Contrast.Meta(0, 1));

        new InfoNceLoss(.3).Forward(new InBatchPlan(withQueue: false).Build(encoded, [Queue()]).Single()).Valid!.any().item<bool>().ShouldBeFalse();
    }

    private static Encoded Encoded() => Contrast.Encoded(Contrast.UnitRows(1, 3, 4), Contrast.UnitRows(2, 3, 4), Contrast.Meta(0, 3));

    private static QueueSnapshot Queue() => new(Contrast.UnitRows(9, 5, 4), Contrast.Meta(100, 5));
}
