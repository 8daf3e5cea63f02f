using StreamingContrastive.Augmentation.Pixels;

namespace StreamingContrastive.Augmentation.Views;

/// <summary>
/// Blends a picture with black, in place: level = factor x level (torchvision's adjust_brightness), rounded to nearest and clamped;
/// torchvision cuts the fraction off.
/// </summary>
internal static class Brightness
{
    /// <summary>Factor 0 is black, 1 changes nothing.</summary>
    public static void Apply(Span<byte> picture, double factor) => PixelVectors.Scale(picture, (float)factor, 0f);
}
