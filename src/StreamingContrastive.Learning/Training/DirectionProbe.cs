using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>Measures of one direction after its policies; means over valid rows, 0 where none is valid.</summary>
internal readonly record struct DirectionMeasures(
    double Accuracy, double Positive, double Hardest, double Negative, double Effective, double EffectiveKish, double Clamped, double Positives, int Invalid);

/// <summary>Reads a direction's measures back from the device. The caller holds no_grad and a dispose scope.</summary>
internal static class DirectionProbe
{
    public static DirectionMeasures Measure(Direction direction, LossRows rows)
    {
        var positive = direction.PositiveBlock.Cosine.mean([1]); // [R]
        var mean = direction.Valid is { } there // a row that lacks a part has no positive; one without candidates has
            ? MetricsProbe.Value(positive.masked_fill(there.logical_not(), 0).sum()) / Math.Max(1, MetricsProbe.Value(there.sum()))
            : MetricsProbe.Value(positive.mean());
        var count = positive.shape[0];
        var invalid = rows.Valid is null ? 0 : (int)(count - rows.Valid.sum().cpu().item<long>());
        var blocks = direction.NegativeBlocks.Select(b => (Block: b, Weight: LogSums.NegativeWeight(b))).ToArray();
        if (blocks.Length == 0 || invalid == count)
        {
            return new DirectionMeasures(0, mean, 0, 0, 0, 0, 0, 0, invalid);
        }

        // A removed candidate has cosine + -inf, so it is never the hardest; invalid rows leave all means. A row can be valid without
        // a negative (all candidates positive): it has no hardest one.
        var hardest = stack(blocks.Select(b => Unremoved(b.Block, b.Weight).amax(1)), 1).amax(1); // [R]
        var valid = rows.Valid ?? ones_like(positive, ScalarType.Bool);
        var divisor = (double)(count - invalid);
        double MeanOf(Tensor perRow) => MetricsProbe.Value(perRow.masked_fill(valid.logical_not(), 0).sum()) / divisor;
        var sum = blocks.Select(b => Weights(b.Block, b.Weight).sum(1)).Aggregate((x, y) => x + y);
        var squares = blocks.Select(b => Weights(b.Block, b.Weight).square().sum(1)).Aggregate((x, y) => x + y);
        return new DirectionMeasures(
            MeanOf(positive.ge(hardest).to(ScalarType.Float64)),
            mean,
            MeanOf(hardest.masked_fill(hardest.isneginf(), 0)),
            MeanNegative(blocks),
            MeanOf(sum),
            MeanOf(sum.square() / squares.masked_fill(squares.eq(0), 1)),
            rows.Clamped is null ? 0 : MeanOf(rows.Clamped.to(ScalarType.Float64)),
            MeanOf(direction.Blocks.Where(b => b.Count > 0).Select(Marks).Aggregate((x, y) => x + y)),
            invalid);
    }

    // A candidate that is not removed counts once, whatever it weighs: how alike the encoder finds them is asked, not how they are used.
    private static double MeanNegative((CandidateBlock Block, Tensor? Weight)[] blocks)
    {
        var (sum, count) = (0.0, 0.0);
        foreach (var (block, weight) in blocks)
        {
            var removed = weight?.isneginf();
            sum += MetricsProbe.Value((removed is null ? block.Cosine : block.Cosine.masked_fill(removed, 0)).sum());
            count += block.Cosine.numel() - (removed is null ? 0 : MetricsProbe.Value(removed.sum()));
        }

        return count == 0 ? 0 : sum / count;
    }

    private static Tensor Unremoved(CandidateBlock block, Tensor? weight) =>
        weight is null ? block.Cosine : block.Cosine.masked_fill(weight.isneginf(), double.NegativeInfinity);

    private static Tensor Weights(CandidateBlock block, Tensor? weight) => weight is null ? ones_like(block.Cosine) : weight.exp();

    private static Tensor Marks(CandidateBlock block)
    {
        var marks = block.Positive ?? (block.Origin == Origin.Positive ? ones_like(block.Cosine) : zeros_like(block.Cosine));
        return (block.LogWeight is { } weight ? marks.masked_fill(weight.isneginf(), 0) : marks).sum(1);
    }
}
