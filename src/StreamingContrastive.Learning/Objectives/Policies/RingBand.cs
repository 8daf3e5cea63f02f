using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>
/// Keeps the negatives in a ring around the anchor (Wu et al. 2021, arXiv 2010.02037, section 3): those whose similarity lies between
/// two percentiles of the anchor's own negatives, linearly interpolated, bounds included. The upper one guards against false
/// negatives. The lower one may rise from its first to its last value over a number of steps and then stays: a function of the step.
/// </summary>
internal sealed class RingBand : IPolicy
{
    private readonly double lower;
    private readonly double lowerEnd;
    private readonly double upper;
    private readonly int annealSteps;

    /// <param name="lower">Lower percentile at step 0, 0..1.</param>
    /// <param name="lowerEnd">Lower percentile after the last annealing step, not below <paramref name="lower"/>.</param>
    /// <param name="upper">Upper percentile, above both.</param>
    /// <param name="annealSteps">Steps of the rise; 0 for the end value at once.</param>
    public RingBand(double lower, double lowerEnd, double upper, int annealSteps)
    {
        if (!(lower >= 0 && lower <= lowerEnd && lowerEnd < upper && upper <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"The ring's percentiles must rise: 0 <= lower ({lower}) <= lowerEnd ({lowerEnd}) < upper ({upper}) <= 1."));
        }

        (this.lower, this.lowerEnd, this.upper, this.annealSteps) = (lower, lowerEnd, upper, annealSteps);
    }

    public Stage Stage => Stage.Select;

    public Needs Needs => Needs.Softmax;

    public string Description => annealSteps > 0 && lowerEnd > lower
        ? FormattableString.Invariant($"ring: percentiles {lower:0.###}, rising to {lowerEnd:0.###} over {annealSteps} steps, to {upper:0.###}")
        : FormattableString.Invariant($"ring: percentiles {lowerEnd:0.###} to {upper:0.###}");

    public Direction Apply(Direction direction, StepContext context)
    {
        if (NegativePool.Of(direction) is not { } pool)
        {
            return direction;
        }

        // Percentiles count from the bottom of what is left, and what is removed is at the bottom: counting from the top needs only
        // the upper part in order, and the same one for rows with few and with many candidates left.
        var low = LowerAt(context.Step);
        var depth = Math.Min(pool.Count, (long)Math.Ceiling((1 - low) * (pool.Count - 1)) + 1);
        var top = pool.Cosine.topk((int)depth, dim: 1, largest: true, sorted: true).values; // [R, depth]
        var last = (pool.Survivors - 1).clamp_min(0); // [R, 1]
        var keep = pool.Cosine.ge(Percentile(top, last, low)).logical_and(pool.Cosine.le(Percentile(top, last, upper)));
        return NegativePool.Keep(direction, keep);
    }

    /// <summary>The lower percentile of a step.</summary>
    internal double LowerAt(long step) => annealSteps <= 0 || step >= annealSteps ? lowerEnd : lower + ((lowerEnd - lower) * step / annealSteps);

    // [R, 1]: value at position (1 - p) * last from the top, between two neighbours. In float64 and rounded, so that a bound that falls
    // on a candidate is that candidate's own value.
    private static Tensor Percentile(Tensor top, Tensor last, double p)
    {
        var position = (last.to(ScalarType.Float64) * (1 - p)).round(9);
        var above = position.floor();
        var share = (position - above).to(top.dtype);
        var first = top.gather(1, above.to(ScalarType.Int64));
        var second = top.gather(1, position.ceil().to(ScalarType.Int64).clamp_max(top.shape[1] - 1));
        return where(share.eq(0), first, first + ((second - first) * share));
    }
}
