using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Policies;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Policies;

[Collection(TorchTests.Name)]
public sealed class FalseNegativesTests
{
    [Theory]
    [InlineData(FalseNegativeMode.Eliminate)]
    [InlineData(FalseNegativeMode.Attract)]
    public void Apply_RandomRows_EqualsTheSlowReference(FalseNegativeMode mode)
    {
        const double Threshold = 0.1;
        const int Top = 3;
        using var scope = NewDisposeScope();
        var direction = Contrast.Random(51, positives: true);
        long[] ids = [1, 2, 3, 1, 2, 3, 1, 2, 9, 9, 9];
        long[] steps = [.. Enumerable.Range(0, 11).Select(i => (long)i)];
        direction = Contrast.WithColumns(direction, Contrast.With(Contrast.Field(MetaField.RecordId, ids), MetaField.Step, steps)) with { Rows = Contrast.Field(MetaField.RecordId, 1, 2, 3, 4, 5, 6, 1) };
        var queue = direction.Blocks[1].Keys;

        var changed = new FalseNegatives(mode, Threshold, Top, queuedSupport: 2).Apply(direction, new StepContext(20)).Blocks[1];

        for (var i = 0; i < 7; i++)
        {
            var before = Losses.SlowLoss.Row(direction, i).Skip(1).ToArray();
            var newest = Enumerable.Range(0, 11).Where(j => ids[j] == direction.Rows[MetaField.RecordId][i].item<long>()).OrderByDescending(j => steps[j]).Take(2);
            Tensor[] support = [.. direction.Support.Select(view => view[i]), .. newest.Select(j => queue[j])];
            var scores = Enumerable.Range(0, 11).Select(j => support.Max(s => s.dot(queue[j]).item<double>())).ToArray();
            var detected = Enumerable.Range(0, 11).Where(j => before[j] is { W: > 0, Positive: false }).OrderByDescending(j => scores[j]).Take(Top).Where(j => scores[j] > Threshold).ToHashSet();
            for (var j = 0; j < 11; j++)
            {
                var removed = detected.Contains(j) && mode == FalseNegativeMode.Eliminate;
                var positive = before[j].Positive || (detected.Contains(j) && mode == FalseNegativeMode.Attract);
                Math.Exp(changed.LogWeight![i, j].item<double>()).ShouldBe(removed ? 0 : before[j].W, 1e-14, $"{i}, {j}");
                (changed.Positive![i, j].item<double>() > 0).ShouldBe(positive, $"{i}, {j}");
            }
        }
    }

    [Fact]
    public void Apply_QueuedKeyOfTheSameRecord_FindsWhatTheViewsMiss()
    {
        // The anchor's views point along x; its own earlier key, masked as a negative, along y: a candidate along y is found by it alone.
        using var scope = NewDisposeScope();
        var x = Contrast.Rows(ScalarType.Float64, [1, 0]);
        var direction = Contrast.WithColumns(Contrast.Direction(x, x, Contrast.Rows(ScalarType.Float64, [0, 1], [.1, .995], [-1, 0])), Contrast.Field(MetaField.RecordId, 7, 8, 9)) with { Rows = Contrast.Field(MetaField.RecordId, 7) };
        direction = new SameRecordMask().Apply(direction, new StepContext(0));

        Contrast.Weights(new FalseNegatives(FalseNegativeMode.Eliminate, .7, 10, 0).Apply(direction, new StepContext(0))).ShouldBe([double.NegativeInfinity, 0, 0]);
        Contrast.Weights(new FalseNegatives(FalseNegativeMode.Eliminate, .7, 10, 1).Apply(direction, new StepContext(0))).ShouldBe([double.NegativeInfinity, double.NegativeInfinity, 0]);
    }
}
