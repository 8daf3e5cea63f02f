namespace StreamingContrastive.Learning.Evaluation;

/// <summary>Mean and standard deviation of each feature over the training rows. A feature that never changes becomes 0.</summary>
internal sealed class Standardizer
{
    private Standardizer(double[] mean, double[] scale)
    {
        Mean = mean;
        Scale = scale;
    }

    public double[] Mean { get; }

    /// <summary>Reciprocal standard deviations; 0 for a constant feature.</summary>
    public double[] Scale { get; }

    public static Standardizer Of(LabelledFeatures features, int[] rows)
    {
        int dimension = features.Dimension;
        var mean = new double[dimension];
        var squares = new double[dimension];
        foreach (int row in rows)
        {
            ReadOnlySpan<float> values = features.Values.AsSpan(row * dimension, dimension);
            for (int d = 0; d < dimension; d++)
            {
                mean[d] += values[d] / (double)rows.Length;
            }
        }

        // Two passes: the difference of large sums would lose a small variance.
        foreach (int row in rows)
        {
            ReadOnlySpan<float> values = features.Values.AsSpan(row * dimension, dimension);
            for (int d = 0; d < dimension; d++)
            {
                double difference = values[d] - mean[d];
                squares[d] += difference * difference;
            }
        }

        var scale = new double[dimension];
        for (int d = 0; d < dimension; d++)
        {
            double deviation = Math.Sqrt(squares[d] / rows.Length);

            // Below this a deviation is the rounding of the mean, not a signal.
            scale[d] = deviation > 1e-9 * Math.Max(1e-20, Math.Abs(mean[d])) ? 1 / deviation : 0;
        }

        return new Standardizer(mean, scale);
    }
}
