using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Losses;

/// <summary>What the losses with exactly one positive an anchor share.</summary>
internal static class SinglePositive
{
    /// <summary>Refuses an impossible temperature.</summary>
    public static double Temperature(double temperature) => temperature > 0
        ? temperature
        : throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "objective.temperature must be above 0; 0.1 is a good start.");

    /// <summary>Cosines of anchors and positives, [R].</summary>
    /// <exception cref="InvalidOperationException">The direction has several positives an anchor, or weights on them.</exception>
    public static Tensor Cosine(Direction direction, string loss) => direction.PositiveBlock is { Count: 1, LogWeight: null } positive
        ? positive.Cosine.squeeze(1) // [R, 1] -> [R]
        : throw new InvalidOperationException($"{loss} contrasts one unweighted positive an anchor, but direction {direction.Name} has {direction.PositiveBlock.Count}. Use a loss for several positives.");

    /// <summary>Rows of a direction that has no candidate at all. The graph stays connected, so that backward gives zero gradients instead of an error.</summary>
    public static LossRows NoCandidates(Tensor s)
    {
        var none = zeros_like(s, ScalarType.Bool, requires_grad: false);
        return new LossRows((s - s).MoveToOuterDisposeScope(), none.MoveToOuterDisposeScope());
    }

    /// <summary>Sets the invalid rows to 0 and hands the result to the caller's dispose scope.</summary>
    public static LossRows Finish(Tensor perRow, Tensor? valid, Tensor? clamped = null)
    {
        if (valid is not null)
        {
            perRow = perRow.masked_fill(valid.logical_not(), 0);
            clamped = clamped?.logical_and(valid);
        }

        return new LossRows(perRow.MoveToOuterDisposeScope(), valid?.MoveToOuterDisposeScope(), clamped?.MoveToOuterDisposeScope());
    }
}
