using SkiaSharp;
using StreamingContrastive.Augmentation;

namespace StreamingContrastive.Host.Web.Map;

/// <summary>A picture as the augmenters keep it (uint8, channels last) as a PNG file.</summary>
internal static class PicturePng
{
    /// <summary>Encodes.</summary>
    public static byte[] Of(ReadOnlySpan<byte> pixels, ImageShape shape)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(shape.Width, shape.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var target = bitmap.GetPixelSpan();
        for (var i = 0; i < shape.Width * shape.Height; i++)
        {
            var source = pixels.Slice(i * shape.Channels, shape.Channels);
            (target[4 * i], target[(4 * i) + 1], target[(4 * i) + 2], target[(4 * i) + 3]) =
                shape.Channels == 1 ? (source[0], source[0], source[0], byte.MaxValue) : (source[0], source[1], source[2], byte.MaxValue);
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
