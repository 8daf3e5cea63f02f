using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// Training forward of a BatchNorm whose batch is cut into parts of neighbouring rows, each normalised by its own statistics: what
/// BatchNorm computes on several devices without synchronisation (He et al. 2020, arXiv 1911.05722, section 3.3). The running
/// statistics move by the mean of the parts'. Departs from the usual single-device form, which interleaves rows and needs a batch
/// that the splits divide: neighbouring rows stay dense in channels-last memory, and any batch works.
/// </summary>
internal static class SplitBatchNorm
{
    private const long LeastRows = 2;

    /// <summary>Bounds of the parts: splits + 1 row numbers, parts equal to within one row. A batch of fewer than 2 rows a part has fewer parts.</summary>
    public static long[] Bounds(long rows, int splits)
    {
        var parts = Math.Clamp(rows / LeastRows, 1, splits);
        return [.. Enumerable.Range(0, (int)parts + 1).Select(i => i * rows / parts)];
    }

    /// <summary>Normalises each part [bounds[i], bounds[i + 1]) of x [N, C, ...] and moves the running statistics [C].</summary>
    /// <param name="x">Input.</param>
    /// <param name="bounds">From <see cref="Bounds"/>.</param>
    /// <param name="mean">Running mean, moved in place.</param>
    /// <param name="variance">Running variance, moved in place.</param>
    /// <param name="normalize">A training BatchNorm of one part, which moves the two statistics it is given.</param>
    public static Tensor Forward(Tensor x, long[] bounds, Tensor mean, Tensor variance, Func<Tensor, Tensor, Tensor, Tensor> normalize)
    {
        var parts = bounds.Length - 1;
        if (parts == 1)
        {
            return normalize(x, mean, variance);
        }

        using var scope = NewDisposeScope();
        Tensor means, variances; // [parts, C]: every part moves a copy, as every device moves its own
        using (no_grad())
        {
            (means, variances) = (mean.repeat(parts, 1), variance.repeat(parts, 1));
        }

        var outputs = new Tensor[parts];
        for (var i = 0; i < parts; i++)
        {
            outputs[i] = normalize(x.narrow(0, bounds[i], bounds[i + 1] - bounds[i]), means.select(0, i), variances.select(0, i));
        }

        using (no_grad())
        {
            mean.copy_(means.mean([0]));
            variance.copy_(variances.mean([0]));
        }

        return cat(outputs, 0).MoveToOuterDisposeScope();
    }
}
