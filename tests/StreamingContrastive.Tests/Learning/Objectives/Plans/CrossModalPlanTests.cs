using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Plans;

[Collection(TorchTests.Name)]
public sealed class CrossModalPlanTests
{
    private const double T = 0.3;

    [Fact]
    public void Build_Queue_MeetsTheOtherPartsKeysAndQueue()
    {
        using var scope = NewDisposeScope();
        var (encoded, queues) = Case();

        var directions = new CrossModalPlan(NegativeSource.Queue, within: 0).Build(encoded, queues);

        directions.Select(d => (d.Name, d.AnchorPart, d.CandidatePart, d.Weight)).ShouldBe([("image-text", 0, 1, .5), ("text-image", 1, 0, .5)]);
        directions[0].Blocks[1].Keys.SameAs(queues[1].Keys).ShouldBeTrue();
        directions[1].Blocks[1].Keys.SameAs(queues[0].Keys).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    public void Loss_SomePartsMissing_EqualsTheSlowReference(double within)
    {
        using var scope = NewDisposeScope();
        var (encoded, queues) = Case();

        var actual = CrossModal.Loss(new CrossModalPlan(NegativeSource.Queue, within), new InfoNceLoss(T), encoded, queues).item<double>();

        var expected = (Reference(encoded, queues, 0, 1) + Reference(encoded, queues, 1, 0)) / 2;
        expected += within / 2 * (Reference(encoded, queues, 0, 0) + Reference(encoded, queues, 1, 1));
        actual.ShouldBe(expected, 1e-12);
    }

    [Fact]
    public void Evaluate_RowsWithoutAPart_AreInvalidWithLossZero()
    {
        using var scope = NewDisposeScope();
        var (encoded, queues) = Case();

        var rows = new ComposedObjective(new CrossModalPlan(NegativeSource.Queue, 0), [], new InfoNceLoss(T)).Evaluate(encoded, queues, new StepContext(0)).Directions[0].Rows;

        rows.Valid!.data<bool>().ToArray().ShouldBe([true, true, false, false]);
        rows.PerRow[2].item<double>().ShouldBe(0);
    }

    [Fact]
    public void Keys_RowsWithoutThePart_AreNotRemembered()
    {
        using var scope = NewDisposeScope();
        var (encoded, _) = Case();

        var keys = new CrossModalPlan(NegativeSource.Queue, 0).Keys(encoded);

        keys.Select(k => (k.Part, k.Keys.shape[0])).ShouldBe([(0, 3L), (1, 3L)]);
        keys[0].Items[MetaField.RecordId].data<long>().ToArray().ShouldBe([0, 1, 3]);
        keys[1].Keys.SameAs(encoded.Parts[1].Key.narrow(0, 0, 3)).ShouldBeTrue();
    }

    [Fact]
    public void Build_Batch_RemovesMissingCandidates()
    {
        using var scope = NewDisposeScope();
        var (encoded, queues) = Case();

        var block = new CrossModalPlan(NegativeSource.Batch, 0).Build(encoded, queues)[0].Blocks[1];

        block.LogWeight!.isneginf()[0].data<bool>().ToArray().ShouldBe([true, false, false, true]); // itself, and the one without a text
        new CrossModalPlan(NegativeSource.Batch, 0).Keys(encoded).ShouldBeEmpty();
    }

    [Fact]
    public void Build_ExplicitNegatives_AreTheOtherPartsOfTheAnchorsRow()
    {
        using var scope = NewDisposeScope();
        var (encoded, queues) = Case();
        var hard = Contrast.UnitRows(50, 8, 5).view(4, 2, 5);
        var there = tensor((bool[])[true, false, true, true, false, false, true, false]).view(4, 2);
        encoded = encoded with { Parts = [encoded.Parts[0], encoded.Parts[1] with { Explicit = hard, ExplicitPresent = there }] };

        var directions = new CrossModalPlan(NegativeSource.Queue, 0).Build(encoded, queues);

        directions[1].Blocks.ShouldNotContain(b => b.Origin == Origin.Explicit); // images brought none
        var block = directions[0].Blocks.Single(b => b.Origin == Origin.Explicit);
        block.Cosine[1, 1].item<double>().ShouldBe((hard[1, 1] * encoded.Parts[0].Query[1]).sum().item<double>(), 1e-12);
        block.LogWeight!.isneginf().SameAs(there.logical_not()).ShouldBeTrue();
    }

    [Fact]
    public void InBatch_WithQueue_RemembersTheVectorsDetached()
    {
        using var scope = NewDisposeScope();
        var (encoded, queues) = Case();
        var plan = new CrossModalBatchPlan(withQueue: true, within: 0);

        plan.Encoding.ShouldBe(ViewEncoding.QueryOnly);
        plan.Build(encoded, queues)[0].Blocks.Select(b => b.Origin).ShouldBe([Origin.Positive, Origin.Batch, Origin.Queue]);
        plan.Keys(encoded).ShouldAllBe(k => !k.Keys.requires_grad && k.OfQueryView);
        new CrossModalBatchPlan(withQueue: false, within: 1).Encoding.ShouldBe(ViewEncoding.BothByQuery);
    }

    // Four records: the third lacks the image, the fourth the text.
    private static (Encoded Encoded, QueueSnapshot[] Queues) Case()
    {
        var image = CrossModal.Part("image", Contrast.UnitRows(1, 4, 5).requires_grad_(), Contrast.UnitRows(2, 4, 5), [true, true, false, true]);
        var text = CrossModal.Part("text", Contrast.UnitRows(3, 4, 5).requires_grad_(), Contrast.UnitRows(4, 4, 5), [true, true, true, false]);
        return (new Encoded([image, text], Contrast.Meta(0, 4)), [new(Contrast.UnitRows(5, 6, 5), Contrast.Meta(100, 6)), new(Contrast.UnitRows(6, 9, 5), Contrast.Meta(200, 9))]);
    }

    private static double Reference(Encoded encoded, QueueSnapshot[] queues, int anchor, int candidate)
    {
        bool[][] has = [[true, true, false, true], [true, true, true, false]];
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < 4; i++)
        {
            if (!has[anchor][i] || !has[candidate][i])
            {
                continue;
            }

            var q = encoded.Parts[anchor].Query[i];
            var own = (q * encoded.Parts[candidate].Key[i]).sum().item<double>() / T;
            var all = Math.Exp(own);
            for (var j = 0; j < queues[candidate].Keys.shape[0]; j++)
            {
                all += Math.Exp((q * queues[candidate].Keys[j]).sum().item<double>() / T);
            }

            sum += Math.Log(all) - own;
            count++;
        }

        return sum / count;
    }
}
