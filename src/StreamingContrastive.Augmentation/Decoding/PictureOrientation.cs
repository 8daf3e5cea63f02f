using SkiaSharp;

namespace StreamingContrastive.Augmentation.Decoding;

/// <summary>Turns a picture the way its EXIF orientation says. Done after resizing, on few pixels.</summary>
internal static class PictureOrientation
{
    /// <summary>True when rows become columns: orientations 5 to 8.</summary>
    public static bool SwapsSides(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>Copies a stored picture to its upright form of shape <paramref name="upright"/>. The spans must not overlap.</summary>
    public static void Apply(ReadOnlySpan<byte> stored, SKEncodedOrigin origin, ImageShape upright, Span<byte> destination)
    {
        var (storedHeight, storedWidth) = SwapsSides(origin) ? (upright.Width, upright.Height) : (upright.Height, upright.Width);
        int p = 0;
        for (int y = 0; y < upright.Height; y++)
        {
            for (int x = 0; x < upright.Width; x++)
            {
                var (row, column) = origin switch
                {
                    SKEncodedOrigin.TopRight => (y, storedWidth - 1 - x),
                    SKEncodedOrigin.BottomRight => (storedHeight - 1 - y, storedWidth - 1 - x),
                    SKEncodedOrigin.BottomLeft => (storedHeight - 1 - y, x),
                    SKEncodedOrigin.LeftTop => (x, y),
                    SKEncodedOrigin.RightTop => (storedHeight - 1 - x, y),
                    SKEncodedOrigin.RightBottom => (storedHeight - 1 - x, storedWidth - 1 - y),
                    SKEncodedOrigin.LeftBottom => (x, storedWidth - 1 - y),
                    _ => (y, x),
                };
                stored.Slice(((row * storedWidth) + column) * upright.Channels, upright.Channels).CopyTo(destination[p..]);
                p += upright.Channels;
            }
        }
    }
}
