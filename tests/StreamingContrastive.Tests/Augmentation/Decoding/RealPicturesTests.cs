using System.IO.Compression;
using SkiaSharp;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Decoding;

namespace StreamingContrastive.Tests.Augmentation.Decoding;

public sealed class RealPicturesTests
{
    [Fact]
    public void TryDecode_FashionMnist_SameByEveryLosslessWay()
    {
        var shape = new ImageShape(28, 28, 1);
        byte[][] images = RepositoryData.Idx(RepositoryData.FashionMnistTestImages, 50, shape.ByteCount);
        var raw = new PictureDecoder(new PayloadOptions());
        var encoded = new PictureDecoder(new PayloadOptions { Format = PayloadFormat.Image });
        byte[] pixels = new byte[shape.ByteCount];
        foreach (byte[] image in images)
        {
            raw.TryDecode(image, pixels, out _).ShouldBeTrue();
            pixels.ShouldBe(image);
            encoded.TryDecode(TestPictures.Encode(image, shape, SKEncodedImageFormat.Png), pixels, out _).ShouldBeTrue();
            pixels.ShouldBe(image);
        }

        images.Average(image => image.Average(level => level)).ShouldBeInRange(60, 90);
    }

    [Theory]
    [InlineData("twitter")]
    [InlineData("google")]
    public void TryDecode_EmojiPngs_CloseToThePreparedSmallPictures(string style)
    {
        const int count = 200;
        string table = RepositoryData.Shared("emoji-pairs/pairs.tsv");
        byte[][] prepared = RepositoryData.Idx(RepositoryData.Shared($"emoji-pairs/{style}-32x32-rgb-idx4-ubyte.gz"), count, 32 * 32 * 3);
        using var archive = ZipFile.OpenRead(RepositoryData.Shared($"emoji-pairs/{style}-64px.zip"));
        var decoder = new PictureDecoder(new PayloadOptions { Format = PayloadFormat.Image, Height = 32, Width = 32, Channels = 3 });
        byte[] pixels = new byte[32 * 32 * 3];
        double difference = 0;
        int index = 0;
        foreach (string line in File.ReadLines(table).Skip(1).Take(count))
        {
            using var stream = archive.GetEntry(line.Split('\t')[1]).ShouldNotBeNull().Open();
            using var png = new MemoryStream();
            stream.CopyTo(png);

            decoder.TryDecode(png.ToArray(), pixels, out var rejection).ShouldBeTrue(rejection?.Message);
            difference += pixels.Zip(prepared[index++], (a, b) => Math.Abs(a - b)).Average();
        }

        // Prepared by another program with another filter, on white as ours: a wrong ground, channel order or shift costs far more.
        (difference / count).ShouldBeLessThan(5);
    }
}
