using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Losses;

/// <summary>
/// Decoupled contrastive learning (Yeh et al. 2022, arXiv 2110.06848, Eq. 6 and 8): the positive is not in the denominator, which
/// makes small batches work.
///   L_i = -v_i s_i/T + LSE_j(s_ij/T + ln w_ij);   v_i = 1 (DCL) or 2 - R softmax_i(s_i/sigma), without gradient (DCLW)
/// cosines [R, 1] and [R, C]; ln w [R, C] without gradient. Returns [R], which may be below 0. Both directions come from the symmetric
/// plan. The softmax of DCLW runs over all R rows that take part. A row without candidates would be -inf: it is 0 and invalid.
/// </summary>
internal sealed class DclLoss : ILoss
{
    private readonly double temperature;
    private readonly double? sigma;

    /// <param name="temperature">T, above 0.</param>
    /// <param name="sigma">sigma of DCLW, above 0; null for DCL.</param>
    public DclLoss(double temperature, double? sigma)
    {
        this.temperature = SinglePositive.Temperature(temperature);
        this.sigma = sigma is null or > 0 ? sigma : throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "objective.dcl.weightSigma must be above 0 (0.5 in the paper), or 0 for no weights.");
    }

    public Needs Needs => Needs.SinglePositive;

    public LossRows Forward(Direction direction)
    {
        using var scope = NewDisposeScope();
        var s = SinglePositive.Cosine(direction, "DCL");
        if (LogSums.OverNegatives(direction, 1 / temperature) is not var (lse, valid))
        {
            return SinglePositive.NoCandidates(s);
        }

        var pull = s / temperature;
        return SinglePositive.Finish(lse - (sigma is { } width ? pull * PositiveWeights(s, width, direction.Valid) : pull), valid);
    }

    /// <summary>v of DCLW, [R], mean 1 over the rows that take part, [R] bool or null for all; 1 for the others.</summary>
    internal static Tensor PositiveWeights(Tensor s, double sigma, Tensor? valid = null)
    {
        var scaled = s.detach() / sigma;
        return valid is null
            ? 2 - (scaled.softmax(0) * s.shape[0])
            : (2 - (scaled.masked_fill(valid.logical_not(), double.NegativeInfinity).softmax(0) * valid.sum())).masked_fill(valid.logical_not(), 1);
    }
}
