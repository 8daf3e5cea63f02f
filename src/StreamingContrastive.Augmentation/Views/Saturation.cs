using System.Numerics;
using System.Runtime.InteropServices;
using StreamingContrastive.Augmentation.Pixels;

namespace StreamingContrastive.Augmentation.Views;

/// <summary>
/// Blends each RGB pixel with its own grey, in place: level = factor x level + (1 - factor) x grey (torchvision's
/// adjust_saturation). Grey is unrounded Rec.601; the result is rounded to nearest and clamped.
/// </summary>
internal static class Saturation
{
    private const float Unit = 1f / (1 << Luma.Bits);

    /// <summary>Factor 0 is grey, 1 changes nothing. Colour pictures only.</summary>
    public static void Apply(Span<byte> picture, double factor)
    {
        Span<float> planes = stackalloc float[3 * PlanarBlock.Pixels];
        var red = planes[..PlanarBlock.Pixels];
        var green = planes.Slice(PlanarBlock.Pixels, PlanarBlock.Pixels);
        var blue = planes.Slice(2 * PlanarBlock.Pixels, PlanarBlock.Pixels);
        for (int start = 0; start < picture.Length; start += 3 * PlanarBlock.Pixels)
        {
            var block = picture.Slice(start, Math.Min(3 * PlanarBlock.Pixels, picture.Length - start));
            PlanarBlock.Load(block, red, green, blue);
            Blend(red, green, blue, (float)factor);
            PlanarBlock.Store(red, green, blue, block);
        }
    }

    private static void Blend(Span<float> red, Span<float> green, Span<float> blue, float factor)
    {
        var reds = MemoryMarshal.Cast<float, Vector<float>>(red);
        var greens = MemoryMarshal.Cast<float, Vector<float>>(green);
        var blues = MemoryMarshal.Cast<float, Vector<float>>(blue);
        var own = new Vector<float>(factor);
        float rest = 1f - factor;
        for (int i = 0; i < reds.Length; i++)
        {
            var grey = (reds[i] * new Vector<float>(Luma.RedWeight * Unit * rest))
                + (greens[i] * new Vector<float>(Luma.GreenWeight * Unit * rest))
                + (blues[i] * new Vector<float>(Luma.BlueWeight * Unit * rest));
            reds[i] = (reds[i] * own) + grey;
            greens[i] = (greens[i] * own) + grey;
            blues[i] = (blues[i] * own) + grey;
        }
    }
}
