using System.Numerics.Tensors;

namespace StreamingContrastive.Learning.Evaluation;

/// <summary>What the test says of two samples.</summary>
/// <param name="Value">Unbiased squared MMD; about 0 where both come from one distribution, and then as often below as above it.</param>
/// <param name="PValue">Share of shuffled splits that are as far apart, the observed one included.</param>
public readonly record struct MmdResult(double Value, double PValue);

/// <summary>
/// Whether two samples come from one distribution: squared maximum mean discrepancy with a Gaussian kernel (Gretton et al. 2012,
/// "A Kernel Two-Sample Test", JMLR 13, Eq. 3).
///   MMD^2_u = mean_{i!=j} k(x_i, x_j) + mean_{i!=j} k(y_i, y_j) - 2 mean_{i,j} k(x_i, y_j),   k(a, b) = exp(-|a - b|^2 / median)
/// The median is that of the squared distances of all pairs of both samples. Significance by permutation. Plain .NET; pure.
/// </summary>
public static class MaximumMeanDiscrepancy
{
    /// <summary>Compares two samples; about 20 ms for twice 256 rows of 64 and 200 permutations.</summary>
    /// <param name="first">Rows [n x dimension], n at least 2.</param>
    /// <param name="second">Rows [m x dimension], m at least 2.</param>
    /// <param name="dimension">Values of a row.</param>
    /// <param name="permutations">Shuffled splits, at least 1; the smallest p-value is 1 / (1 + permutations).</param>
    /// <param name="random">Draws them.</param>
    /// <exception cref="ArgumentException">There are too few rows, or lengths do not fit.</exception>
    public static MmdResult Test(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int dimension, int permutations, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(permutations, 1);
        var (n, m) = (Rows(first, dimension), Rows(second, dimension));
        var kernel = Kernel([.. first, .. second], dimension, n + m);
        var members = new float[n + m];
        members.AsSpan(0, n).Fill(1);
        var total = Total(kernel);
        var observed = Discrepancy(kernel, members, n, m, total);
        var asFar = 1;
        for (var i = 0; i < permutations; i++)
        {
            random.Shuffle(members);
            asFar += Discrepancy(kernel, members, n, m, total) >= observed ? 1 : 0;
        }

        return new MmdResult(observed, (double)asFar / (1 + permutations));
    }

    private static int Rows(ReadOnlySpan<float> sample, int dimension) =>
        dimension > 0 && sample.Length % dimension == 0 && sample.Length >= 2 * dimension
            ? sample.Length / dimension
            : throw new ArgumentException($"A sample of {sample.Length} values is not two or more rows of {dimension}.");

    /// <summary>k over all pairs [N x N], with a diagonal of 0: a row is not compared with itself.</summary>
    private static float[][] Kernel(float[] rows, int dimension, int count)
    {
        var kernel = new float[count][];
        var distances = new float[count * (count - 1) / 2];
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            kernel[i] = new float[count];
            for (var j = 0; j < i; j++)
            {
                var distance = TensorPrimitives.Distance(rows.AsSpan(i * dimension, dimension), rows.AsSpan(j * dimension, dimension));
                kernel[i][j] = distances[at++] = distance * distance;
            }
        }

        Array.Sort(distances);
        var median = distances[distances.Length / 2];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                // All rows alike: no scale, and nothing to tell apart.
                kernel[i][j] = kernel[j][i] = median > 0 ? MathF.Exp(-kernel[i][j] / median) : 1;
            }
        }

        return kernel;
    }

    private static double Total(float[][] kernel)
    {
        double total = 0;
        foreach (var row in kernel)
        {
            total += TensorPrimitives.Sum(row);
        }

        return total;
    }

    /// <param name="kernel">[N x N], diagonal 0.</param>
    /// <param name="members">[N], 1 for rows of the first sample, 0 for those of the second.</param>
    /// <param name="n">Rows of the first.</param>
    /// <param name="m">Rows of the second.</param>
    /// <param name="total">Sum of the kernel.</param>
    private static double Discrepancy(float[][] kernel, float[] members, int n, int m, double total)
    {
        double within = 0, across = 0;
        for (var i = 0; i < kernel.Length; i++)
        {
            double toFirst = TensorPrimitives.Dot(kernel[i], members);
            if (members[i] > 0)
            {
                within += toFirst;
            }
            else
            {
                across += toFirst;
            }
        }

        var other = total - within - (2 * across);
        return (within / ((double)n * (n - 1))) + (other / ((double)m * (m - 1))) - (2 * across / ((double)n * m));
    }
}
