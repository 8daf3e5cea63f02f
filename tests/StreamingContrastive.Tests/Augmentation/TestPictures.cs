using System.Buffers.Binary;
using System.IO.Hashing;
using SkiaSharp;
using StreamingContrastive.Augmentation;

namespace StreamingContrastive.Tests.Augmentation;

/// <summary>Pictures made in the test, from explicit seeds.</summary>
internal static class TestPictures
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 28, 28, 1 }, { 7, 13, 1 }, { 7, 13, 3 }, { 32, 32, 3 }, { 13, 7, 3 }, { 41, 64, 1 }, { 1, 9, 1 }, { 9, 1, 3 },
    };

    /// <summary>Independent random levels: the hardest picture for an interpolation.</summary>
    public static byte[] Noise(ImageShape shape, int seed)
    {
        byte[] pixels = new byte[shape.ByteCount];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }

    /// <summary>Smooth gradients with a few extremes: what a lossy format keeps.</summary>
    public static byte[] Smooth(ImageShape shape)
    {
        byte[] pixels = new byte[shape.ByteCount];
        for (int i = 0; i < pixels.Length; i++)
        {
            int channel = i % shape.Channels;
            int x = i / shape.Channels % shape.Width;
            int y = i / shape.Channels / shape.Width;
            pixels[i] = (byte)((channel switch { 0 => x * 255 / shape.Width, 1 => y * 255 / shape.Height, _ => 255 - (x * 255 / shape.Width) }) & 0xFF);
        }

        return pixels;
    }

    public static byte[] Encode(ReadOnlySpan<byte> pixels, ImageShape shape, SKEncodedImageFormat format, int quality = 100)
    {
        using var bitmap = shape.Channels == 1
            ? new SKBitmap(new SKImageInfo(shape.Width, shape.Height, SKColorType.Gray8, SKAlphaType.Opaque))
            : new SKBitmap(new SKImageInfo(shape.Width, shape.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var target = bitmap.GetPixelSpan().ToArray();
        for (int i = 0; i < shape.Height * shape.Width; i++)
        {
            if (shape.Channels == 1)
            {
                target[(i / shape.Width * bitmap.RowBytes) + (i % shape.Width)] = pixels[i];
            }
            else
            {
                pixels.Slice(3 * i, 3).CopyTo(target.AsSpan(4 * i));
                target[(4 * i) + 3] = 255;
            }
        }

        System.Runtime.InteropServices.Marshal.Copy(target, 0, bitmap.GetPixels(), target.Length);
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    /// <summary>A PNG that is a correct signature and first chunk and nothing else.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        byte[] png = new byte[33];
        ReadOnlySpan<byte> start = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R'];
        start.CopyTo(png);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        png[24] = 8;
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32.HashToUInt32(png.AsSpan(12, 17)));
        return png;
    }

    /// <summary>Every level within half a grey level (and float noise) of the exact value: correct rounding, not only "about right".</summary>
    public static void ShouldRoundTo(this ReadOnlySpan<byte> actual, ReadOnlySpan<double> exact, double slack = 0.01)
    {
        actual.Length.ShouldBe(exact.Length);
        double worst = 0;
        int at = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double difference = Math.Abs(actual[i] - Math.Clamp(exact[i], 0, 255));
            if (difference > worst)
            {
                (worst, at) = (difference, i);
            }
        }

        worst.ShouldBeLessThanOrEqualTo(0.5 + slack, $"level {at} is {actual[at]}, exact {exact[at]}");
    }
}
