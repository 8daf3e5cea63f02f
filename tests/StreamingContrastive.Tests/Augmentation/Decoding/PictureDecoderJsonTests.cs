using System.Text;
using System.Text.Json;
using SkiaSharp;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Decoding;

namespace StreamingContrastive.Tests.Augmentation.Decoding;

public sealed class PictureDecoderJsonTests
{
    private static readonly ImageShape Shape = new(5, 4, 3);
    private static readonly byte[] Pixels = TestPictures.Noise(Shape, 1);
    private static readonly int[] Numbers = [.. Pixels.Select(level => (int)level)];

    [Fact]
    public void TryDecode_FlatArray_Levels() => Decode("{\"id\":7,\"image\":" + JsonSerializer.Serialize(Numbers) + ",\"more\":{\"image\":[1]}}").ShouldBe(Pixels);

    [Fact]
    public void TryDecode_NestedArray_Levels() => Decode($$"""{"image":{{Nested(Numbers, 5, 4, 3)}}}""").ShouldBe(Pixels);

    [Fact]
    public void TryDecode_NestedGreyWithAndWithoutChannelLevel_Levels()
    {
        int[] numbers = Numbers[..20];
        string rows = "[" + string.Join(',', numbers.Chunk(4).Select(row => JsonSerializer.Serialize(row))) + "]";

        Decode($$"""{"image":{{rows}}}""", channels: 1).ShouldBe(Pixels[..20]);
        Decode($$"""{"image":{{Nested(numbers, 5, 4, 1)}}}""", channels: 1).ShouldBe(Pixels[..20]);
    }

    [Fact]
    public void TryDecode_Fractions_RoundedToNearest()
    {
        string numbers = string.Join(',', Enumerable.Repeat("0", 16).Append("127.5").Append("1.49").Append("2.55e2").Append("-0.0"));

        Decode($$"""{"image":[{{numbers}}]}""", channels: 1)[16..].ShouldBe([128, 1, 255, 0]);
    }

    [Fact]
    public void TryDecode_Base64Png_Levels()
    {
        string text = Convert.ToBase64String(TestPictures.Encode(Pixels, Shape, SKEncodedImageFormat.Png));

        Decode($$"""{"image":"{{text}}"}""").ShouldBe(Pixels);
        Decode($$"""{"image":"{{text.Replace("/", "\\/", StringComparison.Ordinal)}}"}""").ShouldBe(Pixels);
    }

    [Fact]
    public void TryDecode_ByteOrderMarkAndFirstOfTwoFields_Levels() =>
        Decode("\uFEFF" + $$"""{"image":{{JsonSerializer.Serialize(Numbers)}},"image":null} """).ShouldBe(Pixels);

    [Theory]
    [InlineData("{\"image\":[1,2", "BadJson")]
    [InlineData("not json", "BadJson")]
    [InlineData("   ", "BadJson")]
    [InlineData("[1,2,3]", "BadJson")]
    [InlineData("\"image\"", "BadJson")]
    [InlineData("{\"image\":\"\\uD800\"}", "BadJson")]
    [InlineData("{\"other\":[1]} x", "BadJson")]
    [InlineData("{}", "MissingField")]
    [InlineData("{\"Image\":[1]}", "MissingField")]
    [InlineData("{\"a\":{\"image\":[1]}}", "MissingField")]
    [InlineData("{\"image\":null}", "BadField")]
    [InlineData("{\"image\":7}", "BadField")]
    [InlineData("{\"image\":{}}", "BadField")]
    [InlineData("{\"image\":\"\"}", "BadField")]
    [InlineData("{\"image\":\"data:image/png;base64,AAAA\"}", "BadField")]
    [InlineData("{\"image\":\"AAAA\"}", "UnknownFormat")]
    [InlineData("{\"image\":[]}", "BadField")]
    [InlineData("{\"image\":[[],[],[],[],[]]}", "BadField")]
    [InlineData("{\"image\":[1,2,3]}", "BadField")]
    [InlineData("{\"image\":[256,0]}", "BadField")]
    [InlineData("{\"image\":[-1]}", "BadField")]
    [InlineData("{\"image\":[1e999]}", "BadField")]
    [InlineData("{\"image\":[\"1\"]}", "BadField")]
    [InlineData("{\"image\":[1,[2]]}", "BadField")]
    [InlineData("{\"image\":[[[[1]]]]}", "BadField")]
    public void TryDecode_BadValue_ItsErrorType(string json, string errorType) => Reject(json).ErrorType.ShouldBe(errorType);

    [Fact]
    public void TryDecode_OneNumberTooManyOrTooFew_NamesCount()
    {
        Reject($$"""{"image":{{JsonSerializer.Serialize(Numbers.Append(1))}}}""").Message.ShouldContain("60 numbers");
        Reject($$"""{"image":{{JsonSerializer.Serialize(Numbers[1..])}}}""").Message.ShouldContain("it has 59");
    }

    [Fact]
    public void TryDecode_ChannelsFirst_RefusedNotScrambled() =>
        Reject($$"""{"image":{{Nested(Numbers, 3, 5, 4)}}}""").Message.ShouldContain("[5][4][3] (channels last)");

    [Fact]
    public void TryDecode_DeeplyNested_BadJsonWithoutStackOverflow()
    {
        Reject("{\"image\":" + new string('[', 100_000)).ErrorType.ShouldBe("BadField");
        Reject("{\"other\":" + new string('[', 100_000) + new string(']', 100_000) + "}").ErrorType.ShouldBe("BadJson");
    }

    [Fact]
    public void TryDecode_TruncatedPngInBase64_Truncated()
    {
        var large = new ImageShape(40, 40, 3);
        byte[] png = TestPictures.Encode(TestPictures.Noise(large, 2), large, SKEncodedImageFormat.Png);

        Reject($$"""{"image":"{{Convert.ToBase64String(png.AsSpan(0, png.Length / 2))}}"}""").ErrorType.ShouldBe("TruncatedPicture");
    }

    private static string Nested(int[] numbers, int outer, int middle, int inner)
    {
        numbers.Length.ShouldBe(outer * middle * inner);
        return JsonSerializer.Serialize(numbers.Chunk(inner).Chunk(middle));
    }

    private static byte[] Decode(string json, int channels = 3)
    {
        byte[] pixels = new byte[Shape.Height * Shape.Width * channels];
        Decoder(channels).TryDecode(Encoding.UTF8.GetBytes(json), pixels, out var rejection).ShouldBeTrue(rejection?.Message);
        return pixels;
    }

    private static Rejection Reject(string json)
    {
        Decoder(3).TryDecode(Encoding.UTF8.GetBytes(json), new byte[Shape.ByteCount], out var rejection).ShouldBeFalse();
        rejection.ShouldNotBeNull().Stage.ShouldBe("decode");
        return rejection;
    }

    private static PictureDecoder Decoder(int channels) => new(new PayloadOptions
    {
        Format = PayloadFormat.Json,
        Height = Shape.Height,
        Width = Shape.Width,
        Channels = channels,
    });
}
