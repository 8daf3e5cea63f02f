using BenchmarkDotNet.Attributes;
using SkiaSharp;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Decoding;

namespace StreamingContrastive.Benchmarks.Augmentation;

/// <summary>Cost of decoding one encoded picture to the pipeline's shape on one core.</summary>
[MemoryDiagnoser]
public class PictureDecoderBenchmarks
{
    private PictureDecoder _decoder = null!;
    private byte[] _value = [], _pixels = [];

    /// <summary>Container of the picture.</summary>
    [Params(SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp)]
    public SKEncodedImageFormat Format { get; set; }

    /// <summary>Side of the square colour picture; the target is 32x32x3.</summary>
    [Params(32, 512)]
    public int Side { get; set; }

    /// <summary>Encodes one smooth picture with some texture.</summary>
    [GlobalSetup]
    public void Setup()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int i = 0; i < Side * Side; i++)
        {
            int x = i % Side, y = i / Side;
            bitmap.SetPixel(x, y, new SKColor((byte)(x * 255 / Side), (byte)(y * 255 / Side), (byte)((x * y) & 63)));
        }

        using var data = bitmap.Encode(Format, 90);
        _value = data.ToArray();
        var payload = new PayloadOptions { Format = PayloadFormat.Image, Height = 32, Width = 32, Channels = 3 };
        (_decoder, _pixels) = (new PictureDecoder(payload), new byte[payload.Shape.ByteCount]);
    }

    /// <summary>One picture.</summary>
    [Benchmark]
    public bool Decode() => _decoder.TryDecode(_value, _pixels, out _);
}
