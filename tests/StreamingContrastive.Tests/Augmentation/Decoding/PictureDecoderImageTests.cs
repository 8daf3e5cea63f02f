using SkiaSharp;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Decoding;
using StreamingContrastive.Augmentation.Pixels;

namespace StreamingContrastive.Tests.Augmentation.Decoding;

public sealed class PictureDecoderImageTests
{
    private static readonly ImageShape Grey = new(28, 28, 1);
    private static readonly ImageShape Colour = new(20, 31, 3);

    [Fact]
    public void TryDecode_RawOfExactLength_CopiesIt()
    {
        byte[] pixels = TestPictures.Noise(Grey, 1);

        Decode(new PayloadOptions(), pixels).ShouldBe(pixels);
    }

    [Fact]
    public void TryDecode_PngOfTheShape_ExactLevels()
    {
        byte[] grey = TestPictures.Noise(Grey, 2);
        byte[] colour = TestPictures.Noise(Colour, 3);

        Decode(Image(Grey), TestPictures.Encode(grey, Grey, SKEncodedImageFormat.Png)).ShouldBe(grey);
        Decode(Image(Colour), TestPictures.Encode(colour, Colour, SKEncodedImageFormat.Png)).ShouldBe(colour);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, 6)]
    [InlineData(SKEncodedImageFormat.Webp, 0)]
    public void TryDecode_LossyPictureOfTheShape_LevelsClose(SKEncodedImageFormat format, double meanDifference)
    {
        // Quality 100 makes SkiaSharp's WebP lossless.
        byte[] grey = TestPictures.Smooth(Grey);
        byte[] colour = TestPictures.Smooth(Colour);

        Difference(Decode(Image(Grey), TestPictures.Encode(grey, Grey, format)), grey).ShouldBeLessThanOrEqualTo(meanDifference);
        Difference(Decode(Image(Colour), TestPictures.Encode(colour, Colour, format)), colour).ShouldBeLessThanOrEqualTo(meanDifference);
    }

    [Fact]
    public void TryDecode_ColourToGrey_Rec601()
    {
        byte[] colour = TestPictures.Noise(Colour, 4);
        byte[] expected = [.. colour.Chunk(3).Select(p => Luma.Of(p[0], p[1], p[2]))];

        Decode(Image(Colour with { Channels = 1 }), TestPictures.Encode(colour, Colour, SKEncodedImageFormat.Png)).ShouldBe(expected);
    }

    [Fact]
    public void TryDecode_GreyToColour_ThreeEqualChannels()
    {
        byte[] grey = TestPictures.Noise(Grey, 5);
        byte[] expected = [.. grey.SelectMany(level => new[] { level, level, level })];

        Decode(Image(Grey with { Channels = 3 }), TestPictures.Encode(grey, Grey, SKEncodedImageFormat.Png)).ShouldBe(expected);
    }

    [Fact]
    public void TryDecode_TransparentPng_LaidOnWhite()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(4, 4, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Erase(new SKColor(200, 0, 0, 0));
        bitmap.SetPixel(1, 0, new SKColor(255, 0, 0, 128));
        bitmap.SetPixel(2, 0, new SKColor(10, 20, 30, 255));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);

        byte[] pixels = Decode(Image(new ImageShape(4, 4, 3)), data.ToArray());

        pixels[..3].ShouldBe([255, 255, 255]);
        pixels[3].ShouldBe((byte)255);
        ((int)pixels[4]).ShouldBeInRange(126, 128);
        pixels[6..9].ShouldBe([10, 20, 30]);
    }

    [Theory]
    [InlineData(64, 96, 1)]
    [InlineData(300, 200, 3)]
    [InlineData(11, 9, 3)]
    [InlineData(28, 57, 1)]
    public void TryDecode_PngOfAnotherSize_RoundsAntialiasedReference(int height, int width, int channels)
    {
        var source = new ImageShape(height, width, channels);
        var target = new ImageShape(28, 20, channels);
        byte[] pixels = TestPictures.Noise(source, 6);

        byte[] decoded = Decode(Image(target), TestPictures.Encode(pixels, source, SKEncodedImageFormat.Png));

        ((ReadOnlySpan<byte>)decoded).ShouldRoundTo(ReferenceResize(pixels, source, target));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void TryDecode_LargeJpeg_ReducedDecodingStaysClose(int channels)
    {
        var source = new ImageShape(480, 640, channels);
        var target = new ImageShape(32, 32, channels);
        byte[] pixels = TestPictures.Smooth(source);

        byte[] decoded = Decode(Image(target), TestPictures.Encode(pixels, source, SKEncodedImageFormat.Jpeg, 95));

        Difference(decoded, [.. ReferenceResize(pixels, source, target).Select(level => (byte)Math.Round(level))]).ShouldBeLessThan(2.5);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 2)]
    [InlineData(5, 0)]
    [InlineData(6, 1)]
    [InlineData(7, 3)]
    [InlineData(8, 2)]
    public void TryDecode_JpegWithExifOrientation_Upright(int orientation, int brightCorner)
    {
        // Stored with one bright quadrant at the top left. EXIF says which visible side row 0 and column 0 are, so the corner where
        // both meet is the bright one: 0 top left, 1 top right, 2 bottom left, 3 bottom right.
        var stored = new ImageShape(32, 64, 1);
        byte[] pixels = new byte[stored.ByteCount];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(i / 64 < 16 && i % 64 < 32 ? 255 : 0);
        }

        bool swaps = orientation >= 5;
        var upright = swaps ? new ImageShape(64, 32, 1) : stored;
        byte[] decoded = Decode(Image(upright), WithOrientation(TestPictures.Encode(pixels, stored, SKEncodedImageFormat.Jpeg), orientation));

        for (int corner = 0; corner < 4; corner++)
        {
            int y = corner < 2 ? upright.Height / 4 : 3 * upright.Height / 4;
            int x = corner % 2 == 0 ? upright.Width / 4 : 3 * upright.Width / 4;
            int level = decoded[(y * upright.Width) + x];
            level.ShouldBeInRange(corner == brightCorner ? 247 : 0, corner == brightCorner ? 255 : 8, $"corner {corner}");
        }
    }

    [Fact]
    public void TryDecode_SizesInTurn_ScratchDoesNotLeakBetweenPictures()
    {
        var decoder = new PictureDecoder(Image(Grey));
        byte[] pixels = new byte[Grey.ByteCount];
        foreach (int side in new[] { 28, 200, 5, 64, 28, 5, 200 })
        {
            var shape = new ImageShape(side, side + 1, 1);
            byte[] png = TestPictures.Encode(TestPictures.Noise(shape, side), shape, SKEncodedImageFormat.Png);

            decoder.TryDecode(png, pixels, out _).ShouldBeTrue();

            pixels.ShouldBe(Decode(Image(Grey), png));
        }
    }

    [Fact]
    public void TryDecode_WrongSpan_NamesShapeAndBytes() =>
        Should.Throw<ArgumentException>(() => new PictureDecoder(new PayloadOptions()).TryDecode(new byte[784], new byte[783], out _))
            .Message.ShouldContain("28x28x1 takes 784 bytes, not 783");

    private static PayloadOptions Image(ImageShape shape) => new()
    {
        Format = PayloadFormat.Image,
        Height = shape.Height,
        Width = shape.Width,
        Channels = shape.Channels,
    };

    private static byte[] Decode(PayloadOptions options, byte[] value)
    {
        byte[] pixels = new byte[options.Shape.ByteCount];
        new PictureDecoder(options).TryDecode(value, pixels, out var rejection).ShouldBeTrue(rejection?.Message);
        return pixels;
    }

    private static double Difference(byte[] one, byte[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Average();

    private static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0, (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8,
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    // The tent of Pillow's antialiased bilinear as one two-dimensional sum.
    private static double[] ReferenceResize(byte[] pixels, ImageShape source, ImageShape target)
    {
        double scaleY = (double)source.Height / target.Height, scaleX = (double)source.Width / target.Width;
        double supportY = Math.Max(1, scaleY), supportX = Math.Max(1, scaleX);
        double[] result = new double[target.ByteCount];
        for (int i = 0; i < result.Length; i++)
        {
            double y = ((i / target.Channels / target.Width) + 0.5) * scaleY, x = ((i / target.Channels % target.Width) + 0.5) * scaleX;
            double total = 0, weights = 0;
            for (int row = 0; row < source.Height; row++)
            {
                double rowWeight = Math.Max(0, 1 - (Math.Abs(row + 0.5 - y) / supportY));
                for (int column = 0; rowWeight > 0 && column < source.Width; column++)
                {
                    double weight = rowWeight * Math.Max(0, 1 - (Math.Abs(column + 0.5 - x) / supportX));
                    total += weight * pixels[(((row * source.Width) + column) * source.Channels) + (i % target.Channels)];
                    weights += weight;
                }
            }

            result[i] = total / weights;
        }

        return result;
    }
}
