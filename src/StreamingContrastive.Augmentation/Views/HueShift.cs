using System.Numerics;
using System.Runtime.InteropServices;
using StreamingContrastive.Augmentation.Pixels;

namespace StreamingContrastive.Augmentation.Views;

/// <summary>
/// Turns the hue of each RGB pixel in HSV space, in place (torchvision's adjust_hue). With value V, chroma C and hue h in sixths
/// of a turn the way back is out_n = V - C x clamp(min(k, 4 - k), 0, 1), k = (n + h) mod 6, n = 5, 3, 1 for red, green, blue: no
/// branches, so it runs on vectors. Computed in float, rounded once to nearest (torchvision rounds H, S and V to bytes on the way).
/// </summary>
internal static class HueShift
{
    /// <summary>Shift in turns, -0.5..0.5; 0 changes nothing. Colour pictures only.</summary>
    public static void Apply(Span<byte> picture, double turns)
    {
        Span<float> planes = stackalloc float[3 * PlanarBlock.Pixels];
        var red = planes[..PlanarBlock.Pixels];
        var green = planes.Slice(PlanarBlock.Pixels, PlanarBlock.Pixels);
        var blue = planes.Slice(2 * PlanarBlock.Pixels, PlanarBlock.Pixels);
        for (int start = 0; start < picture.Length; start += 3 * PlanarBlock.Pixels)
        {
            var block = picture.Slice(start, Math.Min(3 * PlanarBlock.Pixels, picture.Length - start));
            PlanarBlock.Load(block, red, green, blue);
            Turn(red, green, blue, (float)(6 * turns));
            PlanarBlock.Store(red, green, blue, block);
        }
    }

    private static void Turn(Span<float> red, Span<float> green, Span<float> blue, float sixths)
    {
        var reds = MemoryMarshal.Cast<float, Vector<float>>(red);
        var greens = MemoryMarshal.Cast<float, Vector<float>>(green);
        var blues = MemoryMarshal.Cast<float, Vector<float>>(blue);
        for (int i = 0; i < reds.Length; i++)
        {
            var (r, g, b) = (reds[i], greens[i], blues[i]);
            var value = Vector.Max(r, Vector.Max(g, b));
            var chroma = value - Vector.Min(r, Vector.Min(g, b));

            // Grey pixels have no hue: any divisor does, because the chroma of 0 wipes the hue out below.
            var divisor = Vector.Max(chroma, Vector<float>.One);
            var hue = Vector.ConditionalSelect(
                Vector.Equals(value, r),
                (g - b) / divisor,
                Vector.ConditionalSelect(
                    Vector.Equals(value, g),
                    new Vector<float>(2f) + ((b - r) / divisor),
                    new Vector<float>(4f) + ((r - g) / divisor)));
            hue += new Vector<float>(sixths);
            reds[i] = value - (chroma * Fall(hue + new Vector<float>(5f)));
            greens[i] = value - (chroma * Fall(hue + new Vector<float>(3f)));
            blues[i] = value - (chroma * Fall(hue + new Vector<float>(1f)));
        }
    }

    private static Vector<float> Fall(Vector<float> k)
    {
        k -= new Vector<float>(6f) * Vector.Floor(k * new Vector<float>(1f / 6f));
        return Vector.Max(Vector<float>.Zero, Vector.Min(Vector<float>.One, Vector.Min(k, new Vector<float>(4f) - k)));
    }
}
