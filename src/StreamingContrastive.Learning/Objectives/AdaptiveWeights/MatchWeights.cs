using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.AdaptiveWeights;

/// <summary>
/// Weights of scored negatives (learning.md 1.11 b): w_ij = clip((1 - p_ij) h_ij), h_ij = K softmax_j(beta s_ij / T), which has mean 1 over
/// the K candidates of a row. p = 0 with beta 0 gives ln w = 0 to the bit.
/// </summary>
internal static class MatchWeights
{
    /// <summary>ln w, [R, K], without gradient.</summary>
    /// <param name="match">p, [R, K].</param>
    /// <param name="cosine">s, [R, K]; -inf where a candidate is none.</param>
    /// <param name="scale">beta / T; 0 leaves hardness out.</param>
    /// <param name="least">Least weight.</param>
    /// <param name="most">Greatest weight.</param>
    public static Tensor Log(Tensor match, Tensor cosine, double scale, double least, double most)
    {
        using var scope = NewDisposeScope();
        var weight = 1 - match;
        return (scale == 0 ? weight : weight * Hardness(cosine, scale)).clamp(least, most).log().MoveToOuterDisposeScope();
    }

    /// <summary>h, [R, K]; 0 for candidates that are none, and for rows without any.</summary>
    public static Tensor Hardness(Tensor cosine, double scale)
    {
        var none = cosine.isneginf();
        var count = none.logical_not().sum(1, keepdim: true).to(cosine.dtype); // [R, 1]
        return (cosine * scale).masked_fill(none.all(1, keepdim: true), 0).softmax(1).mul_(count);
    }
}
