using SkiaSharp;

namespace StreamingContrastive.Host.Datasets;

/// <summary>A picture of a data set as a PNG file.</summary>
internal static class PngPicture
{
    /// <summary>The file of one picture, grey or RGB.</summary>
    public static byte[] Encode(LabelledPictures pictures, int index)
    {
        var shape = pictures.Shape;
        var isGrey = shape.Channels == 1;
        using var bitmap = new SKBitmap(new SKImageInfo(shape.Width, shape.Height, isGrey ? SKColorType.Gray8 : SKColorType.Rgb888x, SKAlphaType.Opaque));
        var pixels = pictures.Picture(index).Span;
        var target = bitmap.GetPixelSpan();
        if (isGrey)
        {
            pixels.CopyTo(target);
        }
        else
        {
            for (var (from, to) = (0, 0); from < pixels.Length; from += 3, to += 4)
            {
                (target[to], target[to + 1], target[to + 2], target[to + 3]) = (pixels[from], pixels[from + 1], pixels[from + 2], byte.MaxValue);
            }
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
