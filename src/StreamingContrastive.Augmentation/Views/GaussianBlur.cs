using StreamingContrastive.Augmentation.Pixels;

namespace StreamingContrastive.Augmentation.Views;

/// <summary>
/// Separable Gaussian blur, in place: weights exp(-k^2 / (2 sigma^2)) for |k| up to ceil(3 sigma), normalised to 1 (torchvision asks
/// for a kernel size; three standard deviations hold 99.7 % of the mass). Borders are mirrored without repeating the edge pixel, as
/// torchvision's. Both passes stay in float; rounded once to nearest.
/// </summary>
internal static class GaussianBlur
{
    /// <summary>Radius of the kernel in pixels.</summary>
    public static int RadiusOf(double sigma) => (int)Math.Ceiling(3 * sigma);

    /// <summary>Blurs with a standard deviation in pixels; <paramref name="scratch"/> was made for at least its radius.</summary>
    public static void Apply(Span<byte> picture, ImageShape shape, double sigma, ViewScratch scratch)
    {
        int radius = RadiusOf(sigma);
        var weights = scratch.BlurWeights.AsSpan(0, radius + 1);
        FillWeights(weights, sigma);
        int rowLength = shape.Width * shape.Channels;
        var plane = scratch.Plane.AsSpan(0, shape.ByteCount);
        for (int start = 0; start < plane.Length; start += rowLength)
        {
            BlurRow(picture.Slice(start, rowLength), shape, weights, scratch.PaddedRow, plane.Slice(start, rowLength));
        }

        var sum = scratch.Row.AsSpan(0, rowLength);
        for (int y = 0; y < shape.Height; y++)
        {
            sum.Clear();
            for (int k = -radius; k <= radius; k++)
            {
                PixelVectors.Accumulate(plane.Slice(Mirror(y + k, shape.Height) * rowLength, rowLength), weights[Math.Abs(k)], sum);
            }

            PixelVectors.ToLevels(sum, picture.Slice(y * rowLength, rowLength));
        }
    }

    private static void FillWeights(Span<float> weights, double sigma)
    {
        double total = 1;
        for (int k = 1; k < weights.Length; k++)
        {
            total += 2 * Math.Exp(-(double)k * k / (2 * sigma * sigma));
        }

        for (int k = 0; k < weights.Length; k++)
        {
            weights[k] = (float)(Math.Exp(-(double)k * k / (2 * sigma * sigma)) / total);
        }
    }

    private static void BlurRow(ReadOnlySpan<byte> row, ImageShape shape, ReadOnlySpan<float> weights, Span<float> padded, Span<float> result)
    {
        int radius = weights.Length - 1;
        int channels = shape.Channels;
        PixelVectors.ToSingle(row, padded.Slice(radius * channels, row.Length));
        for (int k = 0; k < radius; k++)
        {
            int left = Mirror(k - radius, shape.Width) * channels;
            int right = Mirror(shape.Width + k, shape.Width) * channels;
            for (int c = 0; c < channels; c++)
            {
                padded[(k * channels) + c] = row[left + c];
                padded[((radius + shape.Width + k) * channels) + c] = row[right + c];
            }
        }

        result.Clear();
        for (int k = -radius; k <= radius; k++)
        {
            PixelVectors.Accumulate(padded.Slice((radius + k) * channels, result.Length), weights[Math.Abs(k)], result);
        }
    }

    // Folds any index into 0..size-1, however often the kernel is wider than the picture.
    private static int Mirror(int index, int size)
    {
        if (size == 1)
        {
            return 0;
        }

        int period = 2 * (size - 1);
        int folded = ((index % period) + period) % period;
        return folded < size ? folded : period - folded;
    }
}
