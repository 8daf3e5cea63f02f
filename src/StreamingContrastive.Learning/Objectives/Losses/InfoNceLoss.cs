using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Objectives.Losses;

/// <summary>
/// InfoNCE over one positive and weighted negatives (He et al. 2020, arXiv 1911.05722, Eq. 1). Over the other views of a batch it is
/// NT-Xent (Chen et al. 2020, arXiv 2002.05709, Eq. 1).
///   L_i = -log( exp(s_i/T) / ( exp(s_i/T) + sum_j w_ij exp(s_ij/T) ) ) = -logsigmoid( s_i/T - LSE_j(s_ij/T + ln w_ij) )
/// cosines [R, 1] and [R, C] with gradient to the anchors only; ln w [R, C] without gradient, -inf removes a candidate.
/// Returns [R]. Departs from the paper: log-sum-exp over the negatives, then a logistic against the positive, which needs no copy of
/// [positive | negatives] and stays finite for |s| = 1 at T = 0.01 in float32; a row without candidates is 0 and invalid.
/// </summary>
internal sealed class InfoNceLoss : ILoss
{
    private readonly double temperature;

    /// <param name="temperature">T, above 0.</param>
    public InfoNceLoss(double temperature) => this.temperature = SinglePositive.Temperature(temperature);

    public Needs Needs => Needs.SinglePositive;

    public LossRows Forward(Direction direction)
    {
        using var scope = NewDisposeScope();
        var s = SinglePositive.Cosine(direction, "InfoNCE");
        return LogSums.OverNegatives(direction, 1 / temperature) is not var (lse, valid)
            ? SinglePositive.NoCandidates(s)
            : SinglePositive.Finish(F.logsigmoid((s / temperature) - lse).neg(), valid);
    }
}
