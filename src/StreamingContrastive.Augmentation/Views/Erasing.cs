using StreamingContrastive.Augmentation.Pixels;

namespace StreamingContrastive.Augmentation.Views;

/// <summary>
/// Random erasing (Zhong et al. 2017, arXiv:1708.04896; torchvision's RandomErasing): fills a rectangle with the picture's mean of
/// each channel, rounded. torchvision fills with 0 after normalisation, which is the mean of the data; normalisation happens on the
/// trainer's device, so the picture's own mean stands in for it here.
/// </summary>
internal static class Erasing
{
    private const double MinArea = 0.02;
    private const double MaxAspect = 1 / 0.3;

    /// <summary>
    /// Draws the rectangle: area share uniform in [0.02, <paramref name="maxArea"/>], aspect log-uniform in [0.3, 1/0.3], strictly
    /// smaller than the picture in both directions. False when ten tries found none: then nothing is erased.
    /// </summary>
    public static bool TryDraw(ImageShape shape, double maxArea, ref ViewRandom random, out CropBox box) =>
        CropBox.TryDraw(shape, MinArea, maxArea, MaxAspect, margin: 1, ref random, out box);

    /// <summary>Fills the rectangle, in place.</summary>
    public static void Apply(Span<byte> picture, ImageShape shape, in CropBox box)
    {
        var means = ChannelMeans.Of(picture, shape.Channels);
        ReadOnlySpan<byte> fill = [PixelVectors.ToLevel((float)means.Red), PixelVectors.ToLevel((float)means.Green), PixelVectors.ToLevel((float)means.Blue)];
        for (int y = box.Top; y < box.Top + box.Height; y++)
        {
            var row = picture.Slice(((y * shape.Width) + box.Left) * shape.Channels, box.Width * shape.Channels);
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = fill[i % shape.Channels];
            }
        }
    }
}
