using System.Numerics.Tensors;

namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// Label-free measures. Alignment, uniformity and standard deviation look at L2-normalised rows and normalise them here;
/// RankMe looks at the rows as they are. Plain .NET; at most a second for 4,096 rows of 64.
/// </summary>
public static class RepresentationStatistics
{
    /// <summary>t of the uniformity's Gaussian potential in the paper.</summary>
    public const double UniformityScale = 2;

    /// <summary>All four measures of the two views of the same records.</summary>
    /// <param name="first">Features of one view [N x dimension], N at least 2; uniformity, deviation and RankMe are measured on these.</param>
    /// <param name="second">Features of the other view [N x dimension], same order.</param>
    /// <param name="dimension">Values of a row.</param>
    /// <returns>The measures.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit or a value is not finite.</exception>
    public static RepresentationReport Measure(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int dimension) =>
        new(Alignment(first, second, dimension), Uniformity(first, dimension), StandardDeviation(first, dimension),
            RankMe(first, dimension), first.Length / dimension);

    /// <summary>align = mean_i |x_i - y_i|^2 over unit rows (Wang and Isola 2020, arXiv:2005.10242, alpha = 2). 0 to 4.</summary>
    /// <param name="first">One view of each record [N x dimension].</param>
    /// <param name="second">The other view, same order.</param>
    /// <param name="dimension">Values of a row.</param>
    /// <returns>The mean.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit or a value is not finite.</exception>
    public static double Alignment(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int dimension)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"One view has {first.Length} values, the other {second.Length}: alignment needs both views of the same records.");
        }

        float[] x = UnitRows.Copy(first, dimension);
        float[] y = UnitRows.Copy(second, dimension);
        double total = 0;
        for (int start = 0; start < x.Length; start += dimension)
        {
            float distance = TensorPrimitives.Distance(x.AsSpan(start, dimension), y.AsSpan(start, dimension));
            total += (double)distance * distance;
        }

        return total / (x.Length / dimension);
    }

    /// <summary>
    /// uniform = log mean_{i&lt;j} exp(-t |x_i - x_j|^2), t = 2, over unit rows (Wang and Isola 2020, arXiv:2005.10242), as
    /// LSE(-t d^2) - ln(n(n-1)/2). At most 0; 0 where all rows are the same.
    /// </summary>
    /// <param name="features">Rows [N x dimension], N at least 2.</param>
    /// <param name="dimension">Values of a row.</param>
    /// <returns>The logarithm.</returns>
    /// <exception cref="ArgumentException">There are fewer than two rows or a value is not finite.</exception>
    public static double Uniformity(ReadOnlySpan<float> features, int dimension)
    {
        float[] unit = UnitRows.Copy(features, dimension);
        int count = RequireTwoRows(unit, dimension);
        var exponents = new float[count];
        double sum = 0;
        for (int i = 0; i + 1 < count; i++)
        {
            ReadOnlySpan<float> row = unit.AsSpan(i * dimension, dimension);
            for (int j = i + 1; j < count; j++)
            {
                float distance = TensorPrimitives.Distance(row, unit.AsSpan(j * dimension, dimension));
                exponents[j] = (float)-UniformityScale * distance * distance;
            }

            // Exponents of unit rows lie in [-8, 0]: the largest need not be taken out before the exponential.
            Span<float> potentials = exponents.AsSpan(i + 1, count - i - 1);
            TensorPrimitives.Exp<float>(potentials, potentials);
            sum += TensorPrimitives.Sum<float>(potentials);
        }

        return Math.Log(sum) - Math.Log(0.5 * count * (count - 1.0));
    }

    /// <summary>
    /// Standard deviation (n - 1) of each dimension of unit rows, averaged over dimensions (Chen and He 2021, arXiv:2011.10566,
    /// section 4.1). About 1/sqrt(dimension) when rows spread over the sphere; 0 where they have collapsed into one.
    /// </summary>
    /// <param name="features">Rows [N x dimension], N at least 2.</param>
    /// <param name="dimension">Values of a row.</param>
    /// <returns>The mean standard deviation.</returns>
    /// <exception cref="ArgumentException">There are fewer than two rows or a value is not finite.</exception>
    public static double StandardDeviation(ReadOnlySpan<float> features, int dimension)
    {
        float[] unit = UnitRows.Copy(features, dimension);
        int count = RequireTwoRows(unit, dimension);
        double[] columns = ToColumns(unit, dimension);
        double total = 0;
        for (int d = 0; d < dimension; d++)
        {
            Span<double> column = columns.AsSpan(d * count, count);
            double mean = TensorPrimitives.Sum<double>(column) / count;
            TensorPrimitives.Subtract(column, mean, column);
            total += Math.Sqrt(TensorPrimitives.SumOfSquares<double>(column) / (count - 1));
        }

        return total / dimension;
    }

    /// <summary>
    /// RankMe (Garrido et al. 2023, arXiv:2210.02885): exp(-sum p_k ln p_k), p_k = s_k / sum(s) + 1e-7, s the singular values of
    /// the UNCENTRED matrix as it stands (no normalisation). Compare only figures of one method, row count and dimension.
    /// </summary>
    /// <param name="features">Rows [N x dimension].</param>
    /// <param name="dimension">Values of a row.</param>
    /// <returns>Effective rank, 1 to min(N, dimension); 0 where every value is 0.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit or a value is not finite.</exception>
    public static double RankMe(ReadOnlySpan<float> features, int dimension)
    {
        const double epsilon = 1e-7;
        if (dimension < 1 || features.Length == 0 || features.Length % dimension != 0 || !TensorPrimitives.IsFiniteAll(features))
        {
            throw new ArgumentException($"RankMe needs finite values in whole rows of {dimension}; there are {features.Length} values.", nameof(features));
        }

        int count = features.Length / dimension;
        double[] eigenvalues = SymmetricEigenvalues.Of(Gram(ToColumns(features, dimension), dimension, count), dimension);
        double[] singular = [.. eigenvalues.Select(value => Math.Sqrt(Math.Max(0, value))).OrderDescending().Take(Math.Min(count, dimension))];
        double total = singular.Sum();
        if (total == 0)
        {
            return 0;
        }

        return Math.Exp(-singular.Sum(value => ((value / total) + epsilon) * Math.Log((value / total) + epsilon)));
    }

    private static int RequireTwoRows(float[] unit, int dimension)
    {
        int count = unit.Length / dimension;
        return count >= 2 ? count : throw new ArgumentException("One row has no spread: measure at least two.");
    }

    private static double[] ToColumns(ReadOnlySpan<float> rows, int dimension)
    {
        int count = rows.Length / dimension;
        var columns = new double[rows.Length];
        for (int n = 0; n < count; n++)
        {
            for (int d = 0; d < dimension; d++)
            {
                columns[(d * count) + n] = rows[(n * dimension) + d];
            }
        }

        return columns;
    }

    /// <summary>ZᵀZ [dimension x dimension] in float64: products of float32 are exact there, so only tiny singular values lose digits.</summary>
    private static double[] Gram(double[] columns, int dimension, int count)
    {
        var gram = new double[dimension * dimension];
        for (int i = 0; i < dimension; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double dot = TensorPrimitives.Dot<double>(columns.AsSpan(i * count, count), columns.AsSpan(j * count, count));
                gram[(i * dimension) + j] = dot;
                gram[(j * dimension) + i] = dot;
            }
        }

        return gram;
    }
}
