using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Objectives.Policies;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Policies;

[Collection(TorchTests.Name)]
public sealed class SameRecordMaskTests
{
    // facebookresearch/moco issue 146, literally: a data set of 3 records and a queue of 8, so that every anchor's own keys are in it.
    [Fact]
    public void Apply_ThreeRecordsQueueOfEight_OwnKeyIsNeverANegative()
    {
        using var scope = NewDisposeScope();
        using var queue = new NegativeQueue(8, 4, ScalarType.Float64, CPU);
        var plan = new TwoViewPlan();
        for (var step = 0; step < 9; step++)
        {
            long[] ids = [step % 3, (step + 1) % 3];
            var encoded = Contrast.Encoded(Contrast.UnitRows((ulong)step, 2, 4), Contrast.UnitRows(100 + (ulong)step, 2, 4), Contrast.Meta(ids));
            var direction = new SameRecordMask().Apply(plan.Build(encoded, [queue.Snapshot()]).Single(), new StepContext(step));

            var block = direction.Blocks[1];
            for (var i = 0; i < 2; i++)
            {
                for (var j = 0; j < block.Count; j++)
                {
                    var own = block.Columns![MetaField.RecordId][j].item<long>() == ids[i];
                    block.LogWeight![i, j].item<double>().ShouldBe(own ? double.NegativeInfinity : 0);
                }
            }

            foreach (var keys in plan.Keys(encoded))
            {
                queue.Enqueue(keys.Keys, keys.Items);
            }
        }
    }

    [Fact]
    public void Apply_ExistingWeights_AreKept()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.WithQueueWeights(Contrast.TestVector(), Contrast.Rows(ScalarType.Float64, [-.5, .25, 1]));
        direction = direction with { Rows = Contrast.Meta([1001]) };

        var weights = new SameRecordMask().Apply(direction, new StepContext(0)).Blocks[1].LogWeight!;

        weights.data<double>().ToArray().ShouldBe([-.5, double.NegativeInfinity, 1]);
    }

    [Fact]
    public void Apply_PositiveOfTheSameRecord_IsNotMasked()
    {
        using var scope = NewDisposeScope();

        new SameRecordMask().Apply(Contrast.TestVector(), new StepContext(0)).PositiveBlock.LogWeight.ShouldBeNull();
    }
}
