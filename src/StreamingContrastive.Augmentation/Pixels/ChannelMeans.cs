namespace StreamingContrastive.Augmentation.Pixels;

/// <summary>Exact mean of each channel of a picture (integer sums); for grey pictures the three are equal.</summary>
/// <param name="Red">Mean of the first channel, 0..255.</param>
/// <param name="Green">Mean of the second channel.</param>
/// <param name="Blue">Mean of the third channel.</param>
internal readonly record struct ChannelMeans(double Red, double Green, double Blue)
{
    /// <summary>Mean of the picture's unrounded Rec.601 grey: the grey of the means, because grey is linear.</summary>
    public double Grey =>
        ((Luma.RedWeight * Red) + (Luma.GreenWeight * Green) + (Luma.BlueWeight * Blue)) / (1 << Luma.Bits);

    /// <summary>Sums the channels of a channels-last picture of at least one pixel.</summary>
    public static ChannelMeans Of(ReadOnlySpan<byte> pixels, int channels)
    {
        if (channels == 1)
        {
            long sum = 0;
            foreach (byte level in pixels)
            {
                sum += level;
            }

            double mean = (double)sum / pixels.Length;
            return new ChannelMeans(mean, mean, mean);
        }

        long red = 0, green = 0, blue = 0;
        for (int i = 0; i + 2 < pixels.Length; i += 3)
        {
            red += pixels[i];
            green += pixels[i + 1];
            blue += pixels[i + 2];
        }

        double count = pixels.Length / 3;
        return new ChannelMeans(red / count, green / count, blue / count);
    }
}
