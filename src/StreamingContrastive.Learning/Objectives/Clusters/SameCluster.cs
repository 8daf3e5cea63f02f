using StreamingContrastive.Learning.Objectives.Policies;

namespace StreamingContrastive.Learning.Objectives.Clusters;

/// <summary>
/// Negatives in the anchor's own cluster, by any part: removed (CM-CGNS, ClusterNS: the false negatives) or weighted by rho, ln w = ln rho.
/// </summary>
/// <param name="guide">The clusters; null only to describe.</param>
/// <param name="rho">Their weight, above 0; null removes them.</param>
internal sealed class SameCluster(ClusterGuide? guide, double? rho) : IPolicy
{
    // Removal belongs before selection, otherwise the hardest kept are the false ones; a weight to the weights.
    public Stage Stage => rho is null ? Stage.FalseNegative : Stage.Weight;

    public Needs Needs => Needs.Softmax;

    public string Description => rho is { } weight
        ? FormattableString.Invariant($"negatives of the own cluster, by any part, count {weight:0.######}")
        : "eliminate: negatives of the own cluster, by any part";

    public Direction Apply(Direction direction, StepContext context) => guide is not { IsOpen: true } ? direction : Candidates.Map(direction, block =>
    {
        if (block.Columns is not { } columns)
        {
            return block;
        }

        using var same = ClusterIds.Agree(direction.Rows, columns, guide.Parts);
        return rho is { } weight
            ? Candidates.AddLogWeight(block, same.to(block.Cosine.dtype).mul_(Math.Log(weight)))
            : Candidates.RemoveNegatives(block, same);
    });
}
