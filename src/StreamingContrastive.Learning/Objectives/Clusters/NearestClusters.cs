using StreamingContrastive.Learning.Objectives.Policies;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Clusters;

/// <summary>
/// Keeps the negatives of the r clusters whose centroids are nearest to that of the anchor's cluster, the own one included (whether
/// that counts is another policy's affair). Anchors and candidates without a cluster are left as they are.
/// </summary>
/// <param name="guide">The clusters; null only to describe.</param>
/// <param name="nearest">r, at least 1.</param>
internal sealed class NearestClusters(ClusterGuide? guide, int nearest) : IPolicy
{
    public Stage Stage => Stage.Select;

    public Needs Needs => Needs.Softmax;

    public string Description => $"negatives of the {nearest} clusters nearest to the own one";

    public Direction Apply(Direction direction, StepContext context)
    {
        var part = direction.CandidatePart;
        if (guide?.Open(part) is not { } set || nearest + 1 >= set.Centroids.shape[0])
        {
            return direction;
        }

        using var noGradients = no_grad();
        var far = Far(set.Centroids, nearest);
        var own = ClusterIds.Of(direction.Rows[MetaField.Cluster], part); // [R], cluster + 1
        var rows = far.index_select(0, own); // [R, k + 1]
        return Candidates.Map(direction, block => block.Columns is { } columns
            ? Candidates.RemoveNegatives(block, rows.index_select(1, ClusterIds.Of(columns[MetaField.Cluster], part)))
            : block);
    }

    /// <summary>Which clusters are not among the nearest of which, [k + 1, k + 1] bool by cluster + 1; row and column 0, no cluster, are false.</summary>
    internal static Tensor Far(Tensor centroids, int nearest)
    {
        var k = centroids.shape[0];
        var near = (centroids.matmul(centroids.t()) + (2 * eye(k, dtype: centroids.dtype, device: centroids.device))).topk(nearest + 1, dim: 1, largest: true, sorted: false).indexes;
        var far = ones(k, k, ScalarType.Bool, centroids.device).scatter_(1, near, zeros_like(near, ScalarType.Bool));
        var all = zeros(k + 1, k + 1, ScalarType.Bool, centroids.device);
        all.narrow(0, 1, k).narrow(1, 1, k).copy_(far);
        return all;
    }
}
