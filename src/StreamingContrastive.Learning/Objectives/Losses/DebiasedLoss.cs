using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Objectives.Losses;

/// <summary>
/// Debiased contrastive loss (Chuang et al. 2020, arXiv 2007.00224, Eq. 7 and 8) and, with a hardness, hard negative sampling
/// (HCL; Robinson et al. 2021, arXiv 2010.04592, Eq. 4). Negatives of a stream contain a share tau of the anchor's own class.
///   imp_j = w_j exp(b s_j/T);  R = N sum_j imp_j exp(s_j/T) / sum_j imp_j;  N = sum_j w_j, what is left after masks and weights
///   Ng = max( (R - tau N exp(s/T)) / (1 - tau), N exp(-1/T) );   L = -log( exp(s/T) / (exp(s/T) + Ng) )
/// b = 0 is the debiased loss, b = tau = 0 InfoNCE. As in the authors' code b multiplies s/T. cosines [R, 1] and [R, C].
/// Returns [R]. Departs from the papers: everything in log space (log1mexp), finite for |s| = 1 at T = 0.01 in float32. Where the
/// maximum takes its lower bound no gradient reaches the negatives: those rows are marked as clamped.
/// </summary>
internal sealed class DebiasedLoss : ILoss
{
    private readonly double temperature;
    private readonly double prior;
    private readonly double hardness;

    /// <param name="temperature">T, above 0.</param>
    /// <param name="prior">tau, from 0 to below 1.</param>
    /// <param name="hardness">b, at least 0.</param>
    public DebiasedLoss(double temperature, double prior, double hardness)
    {
        this.temperature = SinglePositive.Temperature(temperature);
        this.prior = prior is >= 0 and < 1 ? prior : throw new ArgumentOutOfRangeException(nameof(prior), prior, "positivePrior must be at least 0 and below 1; 1 / number of classes is a good start.");
        this.hardness = hardness >= 0 ? hardness : throw new ArgumentOutOfRangeException(nameof(hardness), hardness, "hardness must be at least 0; 1 is a good start.");
    }

    public Needs Needs => Needs.SinglePositive;

    public LossRows Forward(Direction direction)
    {
        using var scope = NewDisposeScope();
        var s = SinglePositive.Cosine(direction, "The debiased loss");
        if (LogSums.OverNegatives(direction, (1 + hardness) / temperature) is not var (weighted, valid))
        {
            return SinglePositive.NoCandidates(s);
        }

        var logCount = LogSums.LogCountOfNegatives(direction); // ln N, [R]
        var logR = weighted - (LogSums.OverNegatives(direction, hardness / temperature)!.Value.Lse - logCount);
        var pull = s / temperature;
        var gap = logR - (pull + logCount + Math.Log(prior)); // ln(R / (tau N exp(s/T))), infinite for tau = 0
        var open = gap.gt(0);
        var safe = where(open, gap, ones_like(gap, requires_grad: false)); // keeps NaN out of the gradient of clamped rows
        var raw = logR + safe.neg().expm1().neg().log() - Math.Log(1 - prior);
        var floor = logCount - (1 / temperature);
        var clamped = raw.le(floor).logical_or(open.logical_not());
        return SinglePositive.Finish(F.logsigmoid(pull - where(clamped, floor, raw)).neg(), valid, clamped);
    }
}
