using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Objectives.Clusters;

/// <summary>
/// Steps of online k-means on the sphere (Dhillon and Modha 2001; mini-batches after Sculley 2010), each a pure function. k centroids,
/// n unit rows, d dimensions; nothing has gradient. Sums over a cluster are products with a one-hot matrix: a scatter would add in
/// another order every time on a GPU, and a resumed run would not be the same to the bit.
/// </summary>
internal static class SphericalKMeans
{
    /// <summary>Nearest centroid of every row, [n] int64, and its cosine, [n].</summary>
    /// <param name="rows">[n, d].</param>
    /// <param name="centroids">[k, d].</param>
    public static (Tensor Index, Tensor Cosine) Assign(Tensor rows, Tensor centroids)
    {
        var (values, indices) = rows.matmul(centroids.t()).max(1); // [n, k] -> [n]
        return (indices, values);
    }

    /// <summary>Rows of every cluster and their mean, [k] and [k, d]; the mean of an empty cluster is 0.</summary>
    /// <param name="rows">[n, d].</param>
    /// <param name="index">[n] int64 cluster of each row.</param>
    /// <param name="clusters">k.</param>
    /// <param name="present">[n] bool: rows that count. Null: all.</param>
    public static (Tensor Count, Tensor Mean) Means(Tensor rows, Tensor index, long clusters, Tensor? present = null)
    {
        var member = arange(clusters, ScalarType.Int64, index.device).unsqueeze(1).eq(index.unsqueeze(0)); // [k, n]
        var share = (present is null ? member : member.logical_and(present.unsqueeze(0))).to(rows.dtype);
        var count = share.sum(1); // [k]
        return (count, share.matmul(rows) / count.clamp_min(1).unsqueeze(1));
    }

    /// <summary>c = norm((1 - eta) c + eta mean), [k, d]. Eta 0 gives the centroid back to the bit.</summary>
    /// <param name="centroids">[k, d] unit rows.</param>
    /// <param name="mean">[k, d].</param>
    /// <param name="eta">[k], 0 to 1.</param>
    public static Tensor Move(Tensor centroids, Tensor mean, Tensor eta)
    {
        var rate = eta.unsqueeze(1);
        var moved = F.normalize((centroids * (1 - rate)) + (mean * rate), dim: 1);
        return where(rate.gt(0), moved, centroids);
    }

    /// <summary>
    /// First centroids by k-means++ (Arthur and Vassilvitskii 2007), distance 1 - cosine: each next one is a row drawn in proportion to
    /// its distance from the nearest one so far. The authors' chain (next = farthest from the last chosen) swings between two ends of
    /// the data and takes outliers and near duplicates; this one spreads over where the rows are.
    /// </summary>
    /// <param name="rows">[n, d] unit rows, n at least k.</param>
    /// <param name="clusters">k.</param>
    /// <param name="seed">Seed of the draws, which are made on the CPU.</param>
    /// <returns>[k, d], copies.</returns>
    public static Tensor Seeds(Tensor rows, int clusters, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed);
        var host = rows.detach().to(ScalarType.Float64).cpu();
        var draws = rand(clusters, ScalarType.Float64, generator: generator);
        var chosen = new long[clusters];
        chosen[0] = Math.Min((long)(draws[0].item<double>() * host.shape[0]), host.shape[0] - 1);
        var distance = full(host.shape[0], double.PositiveInfinity, ScalarType.Float64);
        for (var i = 0; i < clusters; i++)
        {
            using var step = NewDisposeScope();
            if (i > 0)
            {
                var cumulated = distance.cumsum(0);
                var at = cumulated[^1] * draws[i];
                // A row of distance 0 adds nothing to the sum, so searching from the right never lands on one unless all are 0.
                chosen[i] = Math.Min(searchsorted(cumulated, at.unsqueeze(0), right: true).item<long>(), host.shape[0] - 1);
            }

            distance.copy_(distance.minimum((1 - host.matmul(host[chosen[i]])).clamp_min(0)));
        }

        return rows.detach().index_select(0, tensor(chosen).to(rows.device)).MoveToOuterDisposeScope();
    }

    /// <summary>Second-nearest centroid of every row, [n] int64: the cluster that it is most easily taken for.</summary>
    public static Tensor Second(Tensor rows, Tensor centroids) => rows.matmul(centroids.t()).topk(2, dim: 1).indexes.select(1, 1);

    /// <summary>Mean cosine over all pairs of different rows, a scalar: (|sum|^2 - n) / (n (n - 1)), as the rows are unit.</summary>
    public static Tensor MeanCosine(Tensor rows, Tensor? present = null)
    {
        var kept = present is null ? rows : rows * present.unsqueeze(1).to(rows.dtype);
        var n = present is null ? full([], rows.shape[0], rows.dtype, rows.device) : present.sum().to(rows.dtype);
        var sum = kept.sum([0]); // [n, d] -> [d]
        return (sum.dot(sum) - n) / (n * (n - 1)).clamp_min(1);
    }
}
