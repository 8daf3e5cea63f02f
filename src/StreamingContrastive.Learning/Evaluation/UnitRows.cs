using System.Numerics.Tensors;

namespace StreamingContrastive.Learning.Evaluation;

/// <summary>L2 normalisation of rows. A row of zeros stays zero: its cosine to everything is 0.</summary>
internal static class UnitRows
{
    // Within these bounds the square of the norm neither overflows nor loses bits in float32.
    private const float SmallestSafeNorm = 1e-15f;
    private const float LargestSafeNorm = 1e15f;

    public static float[] Copy(ReadOnlySpan<float> values, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (values.Length == 0 || values.Length % dimension != 0)
        {
            throw new ArgumentException($"{values.Length} values are not a positive whole number of rows of {dimension}.", nameof(values));
        }

        float[] unit = values.ToArray();
        for (int start = 0; start < unit.Length; start += dimension)
        {
            Normalize(unit.AsSpan(start, dimension), start / dimension);
        }

        return unit;
    }

    private static void Normalize(Span<float> row, int index)
    {
        float norm = TensorPrimitives.Norm<float>(row);
        if (norm is not (> SmallestSafeNorm and < LargestSafeNorm))
        {
            float largest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(row));
            if (largest == 0)
            {
                return;
            }

            if (!float.IsFinite(largest))
            {
                throw new ArgumentException($"Row {index} holds a value that is not finite: the encoder that made it has diverged.");
            }

            TensorPrimitives.Divide(row, largest, row);
            norm = TensorPrimitives.Norm<float>(row);
        }

        TensorPrimitives.Divide(row, norm, row);
    }
}
