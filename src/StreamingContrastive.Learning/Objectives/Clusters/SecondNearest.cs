using StreamingContrastive.Learning.Objectives.Policies;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Clusters;

/// <summary>
/// Adds the centroid that is second-nearest to the anchor's own key as a hard negative of that row alone (ClusterNS's way: its log-weight
/// is added to the logit). The nearest to the key, not to the anchor, so that across modalities both are of the candidates' part.
/// </summary>
/// <param name="guide">The clusters; null only to describe.</param>
/// <param name="logWeight">Added to its logit.</param>
internal sealed class SecondNearest(ClusterGuide? guide, double logWeight) : IPolicy
{
    public Stage Stage => Stage.Synthesize;

    public Needs Needs => Needs.Softmax;

    public string Description => FormattableString.Invariant($"second-nearest centroid as a hard negative, log-weight {logWeight:0.######}");

    public Direction Apply(Direction direction, StepContext context) => guide?.Open(direction.CandidatePart) is { } set
        ? direction with { Blocks = direction.Blocks.Add(Block(direction, set.Centroids, logWeight)) }
        : direction;

    /// <summary>One candidate a row, [R, 1, d]; gradient to the anchors only.</summary>
    internal static CandidateBlock Block(Direction direction, Tensor centroids, double logWeight)
    {
        var key = direction.PositiveBlock.Keys.detach().select(1, 0); // [R, n, d] -> [R, d]
        var centroid = centroids.index_select(0, SphericalKMeans.Second(key, centroids)); // a copy: the centroids move before the step is over
        var cosine = (direction.Anchors * centroid).sum(1, keepdim: true); // [R, 1]
        return new CandidateBlock(
            Origin.Synthetic, centroid.unsqueeze(1), cosine, logWeight == 0 ? null : full_like(cosine, logWeight, requires_grad: false), null, null);
    }
}
