namespace StreamingContrastive.Augmentation.Views;

/// <summary>
/// Rotates a picture about its centre and then moves it, bilinear. What comes in from outside repeats the nearest edge pixel
/// (torchvision fills with black): a black wedge on a picture with a white ground would be a feature to learn. Translation is
/// not rounded to whole pixels. Computed in double, rounded once to nearest.
/// </summary>
internal static class AffineWarp
{
    /// <summary>Writes the warped picture. <paramref name="destination"/> must not overlap <paramref name="source"/>.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="shape">Shape of both.</param>
    /// <param name="degrees">Rotation, counter-clockwise as seen.</param>
    /// <param name="right">Translation to the right, in pixels.</param>
    /// <param name="down">Translation downwards, in pixels.</param>
    /// <param name="destination">The result.</param>
    public static void Apply(ReadOnlySpan<byte> source, ImageShape shape, double degrees, double right, double down, Span<byte> destination)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        double centreX = (shape.Width - 1) / 2.0;
        double centreY = (shape.Height - 1) / 2.0;
        int channels = shape.Channels;
        int rowLength = shape.Width * channels;
        int p = 0;
        for (int y = 0; y < shape.Height; y++)
        {
            double fromCentreY = y - centreY - down;
            for (int x = 0; x < shape.Width; x++)
            {
                // The inverse of the counter-clockwise rotation, with rows growing downwards.
                double fromCentreX = x - centreX - right;
                double sourceX = Math.Clamp(centreX + (fromCentreX * cosine) - (fromCentreY * sine), 0, shape.Width - 1);
                double sourceY = Math.Clamp(centreY + (fromCentreX * sine) + (fromCentreY * cosine), 0, shape.Height - 1);
                int left = (int)sourceX;
                int top = (int)sourceY;
                double shareX = sourceX - left;
                double shareY = sourceY - top;
                int stepX = left + 1 < shape.Width ? channels : 0;
                int stepY = top + 1 < shape.Height ? rowLength : 0;
                int at = (top * rowLength) + (left * channels);
                for (int c = 0; c < channels; c++, at++, p++)
                {
                    double upper = source[at] + ((source[at + stepX] - source[at]) * shareX);
                    double lower = source[at + stepY] + ((source[at + stepY + stepX] - source[at + stepY]) * shareX);
                    destination[p] = (byte)(int)(upper + ((lower - upper) * shareY) + 0.5);
                }
            }
        }
    }
}
