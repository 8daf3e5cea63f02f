using System.Buffers.Binary;
using CsCheck;
using SkiaSharp;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Decoding;

namespace StreamingContrastive.Tests.Augmentation.Decoding;

public sealed class PictureDecoderPoisonTests
{
    private static readonly ImageShape Source = new(60, 80, 3);
    private static readonly string[] ErrorTypes =
    [
        "EmptyValue", "ValueTooLarge", "WrongLength", "UnknownFormat", "PictureTooLarge", "TruncatedPicture", "BadPicture", "BadJson", "MissingField", "BadField",
    ];

    [Theory]
    [InlineData(PayloadFormat.Raw)]
    [InlineData(PayloadFormat.Image)]
    [InlineData(PayloadFormat.Json)]
    public void TryDecode_EmptyOrTooLong_RefusedBeforeAnythingElse(PayloadFormat format)
    {
        var options = new PayloadOptions { Format = format, MaxValueBytes = 1000 };

        Reject(options, []).ErrorType.ShouldBe("EmptyValue");
        var tooLarge = Reject(options, new byte[1001]);
        tooLarge.ErrorType.ShouldBe("ValueTooLarge");
        tooLarge.Message.ShouldContain("1001");
        tooLarge.Message.ShouldContain("payload:maxValueBytes allows 1000");
    }

    [Theory]
    [InlineData(783)]
    [InlineData(785)]
    public void TryDecode_RawOfWrongLength_NamesBoth(int length)
    {
        var rejection = Reject(new PayloadOptions(), new byte[length]);

        rejection.ErrorType.ShouldBe("WrongLength");
        rejection.Message.ShouldContain($"{length} bytes");
        rejection.Message.ShouldContain("28x28x1 has 784");
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void TryDecode_PictureCutAnywhere_RefusedAsTruncated(SKEncodedImageFormat format)
    {
        byte[] whole = TestPictures.Encode(TestPictures.Noise(Source, 1), Source, format, 90);
        foreach (double share in new[] { 0.3, 0.5, 0.75, 0.95 })
        {
            Reject(Image(), whole.AsSpan(0, (int)(share * whole.Length))).ErrorType.ShouldBe("TruncatedPicture", $"{share} of {whole.Length} bytes");
        }
    }

    [Fact]
    public void TryDecode_HugePngHeader_RefusedWithoutAllocation()
    {
        byte[] png = TestPictures.PngHeader(20_000, 20_000);
        var decoder = new PictureDecoder(Image());
        byte[] pixels = new byte[784];
        decoder.TryDecode(png, pixels, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        bool decoded = decoder.TryDecode(png, pixels, out var rejection);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        decoded.ShouldBeFalse();
        rejection.ShouldNotBeNull().ErrorType.ShouldBe("PictureTooLarge");
        rejection.Message.ShouldContain("20000x20000");
        rejection.Message.ShouldContain("payload:maxPixels allows 25000000");
        allocated.ShouldBeLessThan(4096);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void TryDecode_HugeSizeInRealFile_RefusedWithoutAllocation(SKEncodedImageFormat format)
    {
        byte[] picture = TestPictures.Encode(TestPictures.Noise(Source, 2), Source, format);
        Enlarge(picture, format);
        var decoder = new PictureDecoder(Image());
        byte[] pixels = new byte[784];
        decoder.TryDecode(picture, pixels, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        decoder.TryDecode(picture, pixels, out var rejection).ShouldBeFalse();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        rejection.ShouldNotBeNull().ErrorType.ShouldBe("PictureTooLarge");
        allocated.ShouldBeLessThan(16 * 1024);
    }

    [Fact]
    public void TryDecode_AtThePixelLimit_Decoded()
    {
        byte[] png = TestPictures.Encode(TestPictures.Noise(Source, 3), Source, SKEncodedImageFormat.Png);

        new PictureDecoder(Image() with { MaxPixels = 4800 }).TryDecode(png, new byte[784], out _).ShouldBeTrue();
        Reject(Image() with { MaxPixels = 4799 }, png).ErrorType.ShouldBe("PictureTooLarge");
    }

    [Fact]
    public void TryDecode_OtherContainer_UnknownFormatWithFirstBytes()
    {
        var rejection = Reject(Image(), "GIF89a-and-so-on"u8);

        rejection.ErrorType.ShouldBe("UnknownFormat");
        rejection.Message.ShouldContain("4749463839612D61");
    }

    [Fact]
    public void TryDecode_RandomBytesBehindAnySignature_NeverThrows()
    {
        byte[][] starts =
        [
            [], TestPictures.PngHeader(28, 28), [0xFF, 0xD8, 0xFF, 0xE0], [.. "RIFF"u8, 40, 0, 0, 0, .. "WEBPVP8 "u8], [.. "{\"image\":"u8], [.. "{\"image\":\""u8],
        ];
        var image = new PictureDecoder(Image());
        var json = new PictureDecoder(Image() with { Format = PayloadFormat.Json });

        Gen.Select(Gen.Int[0, starts.Length - 1].Select(i => starts[i]), Gen.Byte.Array[0, 300]).Sample(
            (start, tail) => Judged(image, [.. start, .. tail]) && Judged(json, [.. start, .. tail]), iter: 2000, threads: 1, seed: "0N0XIzNsQ0O2");
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void TryDecode_DamagedPictures_NeverThrows(SKEncodedImageFormat format)
    {
        byte[] whole = TestPictures.Encode(TestPictures.Smooth(Source), Source, format, 90);
        var decoder = new PictureDecoder(Image());

        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 8].Sample(
            edits =>
            {
                byte[] damaged = [.. whole];
                foreach (var (at, value) in edits)
                {
                    damaged[at] = value;
                }

                return Judged(decoder, damaged);
            },
            iter: 500,
            threads: 1,
            seed: "0N0XIzNsQ0O2");
    }

    // True pictures may come out of luck; anything else must carry one of the stable names and say something.
    private static bool Judged(PictureDecoder decoder, byte[] value)
    {
        bool decoded = decoder.TryDecode(value, new byte[784], out var rejection);
        return decoded ? rejection is null : rejection is { Stage: "decode", Message.Length: > 20 } && ErrorTypes.Contains(rejection.ErrorType);
    }

    private static void Enlarge(byte[] picture, SKEncodedImageFormat format)
    {
        switch (format)
        {
            case SKEncodedImageFormat.Png:
                TestPictures.PngHeader(20_000, 20_000)[16..24].CopyTo(picture, 16);
                break;
            case SKEncodedImageFormat.Jpeg:
                int frame = picture.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
                BinaryPrimitives.WriteUInt16BigEndian(picture.AsSpan(frame + 5), 20_000);
                BinaryPrimitives.WriteUInt16BigEndian(picture.AsSpan(frame + 7), 20_000);
                break;
            default:
                // Lossless WebP: two 14-bit sides less one behind the signature byte 0x2F.
                int lossless = picture.AsSpan().IndexOf("VP8L"u8) + 9;
                picture[lossless - 1].ShouldBe((byte)0x2F);
                BinaryPrimitives.WriteUInt32LittleEndian(picture.AsSpan(lossless), 0x0FFFFFFF);
                int extended = picture.AsSpan().IndexOf("VP8X"u8);
                if (extended >= 0)
                {
                    picture.AsSpan(extended + 12, 6).Fill(0xFF);
                }

                break;
        }
    }

    private static PayloadOptions Image() => new() { Format = PayloadFormat.Image };

    private static Rejection Reject(PayloadOptions options, ReadOnlySpan<byte> value)
    {
        new PictureDecoder(options).TryDecode(value, new byte[options.Shape.ByteCount], out var rejection).ShouldBeFalse();
        rejection.ShouldNotBeNull().Stage.ShouldBe("decode");
        return rejection;
    }
}
