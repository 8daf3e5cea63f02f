namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// Standardised features, one run of memory a feature [Dimension x Count]: a block of samples is then a contiguous span
/// of each feature, and SIMD works over samples however short the feature vector is.
/// </summary>
internal sealed class FeatureColumns
{
    private readonly float[] _values;

    private FeatureColumns(float[] values, int[] classes, int dimension)
    {
        _values = values;
        Classes = classes;
        Dimension = dimension;
    }

    /// <summary>Class index of each sample; negative for a class that was not trained.</summary>
    public int[] Classes { get; }

    public int Count => Classes.Length;

    public int Dimension { get; }

    public static FeatureColumns Of(LabelledFeatures features, int[] rows, ClassIndex classes, Standardizer standardizer)
    {
        int dimension = features.Dimension;
        var values = new float[rows.Length * dimension];
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<float> row = features.Values.AsSpan(rows[i] * dimension, dimension);
            for (int d = 0; d < dimension; d++)
            {
                values[(d * rows.Length) + i] = (float)((row[d] - standardizer.Mean[d]) * standardizer.Scale[d]);
            }
        }

        return new FeatureColumns(values, classes.Map(Array.ConvertAll(rows, row => features.Labels[row])), dimension);
    }

    public ReadOnlySpan<float> Column(int feature, int first, int count) => _values.AsSpan((feature * Count) + first, count);
}
