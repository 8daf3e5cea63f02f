using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Policies;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Tests.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Training;

[Collection(TorchTests.Name)]
public sealed class RemovedNegativesTests
{
    [Theory]
    [InlineData(FalseNegativeMode.Eliminate)]
    [InlineData(FalseNegativeMode.Attract)]
    public void Of_RandomRows_EqualsTheSlowCount(FalseNegativeMode mode)
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.Random(77, positives: true);
        long[] own = [0, 1, 2, 0, 1, -1, 2];
        long[] queued = [0, 1, 2, 0, 1, 2, -1, 0, 1, 2, -1];
        direction = Contrast.WithColumns(direction, Contrast.Field(MetaField.Label, queued)) with { Rows = Contrast.Field(MetaField.Label, own) };
        direction = direction with { Offered = direction.Blocks };
        var after = new FalseNegatives(mode, threshold: 0, top: 4, queuedSupport: 0).Apply(direction, new StepContext(3));

        var expected = new RemovedNegatives(7, 0, 0, 0, 0, 0);
        for (var i = 0; i < 7; i++)
        {
            var (left, right) = (Objectives.Losses.SlowLoss.Row(direction, i).Skip(1).ToArray(), Objectives.Losses.SlowLoss.Row(after, i).Skip(1).ToArray());
            for (var j = 0; j < 11; j++)
            {
                var offered = left[j] is { W: > 0, Positive: false };
                var removed = offered && !(right[j] is { W: > 0, Positive: false });
                var (labelled, same) = (own[i] >= 0 && queued[j] >= 0, own[i] >= 0 && own[i] == queued[j]);
                expected += new RemovedNegatives(0, Count(removed), Count(removed && labelled), Count(removed && same), Count(offered && labelled), Count(offered && same));
            }
        }

        RemovedNegatives.Of(after).ShouldBe(expected);
        expected.Removed.ShouldBeGreaterThan(7);
        expected.RemovedSameLabel.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Of_PolicyThatAppendsSynthetics_CountsNone()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.Random(78);
        direction = direction with { Offered = direction.Blocks };
        var after = new MoChi(new MoChiPlan(4, 2, 1, 0), 1).Apply(direction, new StepContext(3));

        after.Blocks.Length.ShouldBeGreaterThan(direction.Blocks.Length);
        RemovedNegatives.Of(after).Removed.ShouldBe(0);
    }

    private static double Count(bool yes) => yes ? 1 : 0;
}
