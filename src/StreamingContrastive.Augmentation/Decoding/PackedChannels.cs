using StreamingContrastive.Augmentation.Pixels;

namespace StreamingContrastive.Augmentation.Decoding;

/// <summary>
/// Turns decoded pixels into 1 or 3 packed channels, in place: the write position never passes the read position where channels
/// fall away.
/// </summary>
internal static class PackedChannels
{
    /// <summary>RGBA with premultiplied alpha to RGB or grey, laid on white: c + (255 - alpha).</summary>
    public static void FromRgba(Span<byte> pixels, int count, int channels)
    {
        for (int i = 0, from = 0, to = 0; i < count; i++, from += 4, to += channels)
        {
            int ground = 255 - pixels[from + 3];
            byte red = OnGround(pixels[from], ground);
            byte green = OnGround(pixels[from + 1], ground);
            byte blue = OnGround(pixels[from + 2], ground);
            if (channels == 1)
            {
                pixels[to] = Luma.Of(red, green, blue);
                continue;
            }

            pixels[to] = red;
            pixels[to + 1] = green;
            pixels[to + 2] = blue;
        }
    }

    // Premultiplied channels never exceed alpha in a correct picture; a codec's rounding may be one above.
    private static byte OnGround(byte channel, int ground) => (byte)Math.Min(channel + ground, 255);
}
