using StreamingContrastive.Learning.Objectives.Policies;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Objectives.Clusters;

/// <summary>
/// Bidirectional margin loss over false negatives (ClusterNS; Deng et al. 2023, arXiv 2305.09892): those of the anchor's cluster should
/// be less similar to it than its positive, by alpha at least and beta at most.
///   d_ij = cos_ij - cos_ii;   L = weight mean_ij( relu(d_ij + alpha) + relu(-d_ij - beta) )
/// Gradient to the anchors, and to candidates that have one. Departs from the released code, whose mean runs over all pairs and takes
/// the constant alpha for those of other clusters: here it runs over the false negatives alone, keys of the same record apart.
/// </summary>
/// <param name="guide">The clusters.</param>
/// <param name="weight">Weight in the loss.</param>
/// <param name="alpha">Least difference.</param>
/// <param name="beta">Greatest difference.</param>
internal sealed class BidirectionalMargin(ClusterGuide? guide, double weight, double alpha, double beta) : ILossTerm
{
    public string Description => FormattableString.Invariant(
        $"bidirectional margin over negatives of the own cluster: less similar than the positive by {alpha:0.######} to {beta:0.######}, weight {weight:0.######}");

    public Tensor? Forward(Direction direction)
    {
        if (guide is not { IsOpen: true })
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var own = direction.PositiveBlock.Cosine.narrow(1, 0, 1); // [R, 1]
        Tensor? sum = null, count = null;
        foreach (var block in direction.NegativeBlocks)
        {
            if (block.Columns is { } columns)
            {
                var same = ClusterIds.Agree(direction.Rows, columns, guide.Parts)
                    .logical_and(Candidates.SameField(direction.Rows, columns, MetaField.RecordId).logical_not()).to(block.Cosine.dtype);
                same = direction.Valid is { } valid ? same * valid.unsqueeze(1).to(same.dtype) : same;
                var part = (Penalty(block.Cosine - own, alpha, beta) * same).sum();
                (sum, count) = (sum is null ? part : sum + part, count is null ? same.sum() : count + same.sum());
            }
        }

        return sum is null ? null : (sum / count!.clamp_min(1) * weight).MoveToOuterDisposeScope();
    }

    /// <summary>Loss of differences d = cos_ij - cos_ii, of any shape.</summary>
    internal static Tensor Penalty(Tensor difference, double alpha, double beta) => F.relu(difference + alpha) + F.relu(-difference - beta);
}
