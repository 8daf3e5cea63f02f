using StreamingContrastive.Augmentation.Pixels;

namespace StreamingContrastive.Augmentation.Views;

/// <summary>
/// Blends a picture with its own mean grey, in place: level = factor x level + (1 - factor) x mean (torchvision's adjust_contrast).
/// The mean is of unrounded Rec.601 grey; the result is rounded to nearest and clamped.
/// </summary>
internal static class Contrast
{
    /// <summary>Factor 0 is flat grey, 1 changes nothing.</summary>
    public static void Apply(Span<byte> picture, ImageShape shape, double factor)
    {
        double mean = ChannelMeans.Of(picture, shape.Channels).Grey;
        PixelVectors.Scale(picture, (float)factor, (float)((1 - factor) * mean));
    }
}
