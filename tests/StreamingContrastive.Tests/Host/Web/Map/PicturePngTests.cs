using SkiaSharp;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Host.Web.Map;

namespace StreamingContrastive.Tests.Host.Web.Map;

public sealed class PicturePngTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Of_Pixels_AreThoseOfThePicture(int channels)
    {
        var shape = new ImageShape(2, 3, channels);
        byte[] pixels = [.. Enumerable.Range(0, shape.ByteCount).Select(i => (byte)(i * 11))];

        using var decoded = SKBitmap.Decode(PicturePng.Of(pixels, shape));

        (decoded.Width, decoded.Height).ShouldBe((3, 2));
        for (var i = 0; i < 6; i++)
        {
            var expected = channels == 1 ? Enumerable.Repeat(pixels[i], 3) : pixels.Skip(3 * i).Take(3);
            var colour = decoded.GetPixel(i % 3, i / 3);
            new[] { colour.Red, colour.Green, colour.Blue }.ShouldBe(expected);
        }
    }
}
