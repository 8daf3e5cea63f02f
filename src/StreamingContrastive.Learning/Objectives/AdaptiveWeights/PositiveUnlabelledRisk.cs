using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Objectives.AdaptiveWeights;

/// <summary>
/// Non-negative risk of a classifier that is shown positives and unlabelled pairs only (Kiryo et al. 2017, arXiv 1703.00593, Eq. 6), with
/// the logistic loss l(g, 1) = softplus(-g), l(g, 0) = softplus(g):
///   R = pi E_P[l(g, 1)] + max(0, E_U[l(g, 0)] - pi E_P[l(g, 0)])
/// Plain cross-entropy with 0 for unlabelled pairs would learn to call the matches among them none.
/// </summary>
internal static class PositiveUnlabelledRisk
{
    /// <summary>The risk, a scalar with gradient to the logits.</summary>
    /// <param name="positive">g of positive pairs, [P].</param>
    /// <param name="unlabelled">g of unlabelled pairs, [U].</param>
    /// <param name="prior">pi.</param>
    /// <param name="isPositive">[P] bool: pairs that count. Null: all. None at all gives the unlabelled part alone.</param>
    /// <param name="isUnlabelled">[U] bool: pairs that count. Null: all.</param>
    public static Tensor Of(Tensor positive, Tensor unlabelled, double prior, Tensor? isPositive = null, Tensor? isUnlabelled = null)
    {
        using var scope = NewDisposeScope();
        var missed = Mean(F.softplus(-positive), isPositive) * prior;
        var corrected = Mean(F.softplus(unlabelled), isUnlabelled) - (Mean(F.softplus(positive), isPositive) * prior);
        return (missed + F.relu(corrected)).MoveToOuterDisposeScope();
    }

    private static Tensor Mean(Tensor losses, Tensor? counts) =>
        counts is null ? losses.mean() : losses.masked_fill(counts.logical_not(), 0).sum() / counts.sum().clamp_min(1);
}
