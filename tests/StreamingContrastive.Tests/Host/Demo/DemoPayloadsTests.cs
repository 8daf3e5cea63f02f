using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Decoding;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Host.Demo;

namespace StreamingContrastive.Tests.Host.Demo;

public sealed class DemoPayloadsTests
{
    private static readonly LabelledPictures Pictures = FashionMnistDataset.Bundled().HeldOut;

    [Fact]
    public void Value_Png_DecodesToThePicture()
    {
        var payloads = new DemoPayloads(Pictures, png: true, poisonShare: 0);
        var pixels = new byte[784];

        new PictureDecoder(new PayloadOptions { Format = PayloadFormat.Image }).TryDecode(payloads.Value(5), pixels, out var rejection).ShouldBeTrue(rejection?.Message);

        pixels.ShouldBe(Pictures.Picture(5).ToArray());
    }

    [Fact]
    public void Value_OnePercentPoison_OnlyPoisonIsRefusedAndForAllItsReasons()
    {
        const int records = 20_000;
        var payloads = new DemoPayloads(Pictures, png: true, poisonShare: 0.01);
        var decoder = new PictureDecoder(new PayloadOptions { Format = PayloadFormat.Image });
        var pixels = new byte[784];
        var reasons = new HashSet<string>();
        var poison = 0;

        for (var i = 0; i < records; i++)
        {
            var bad = payloads.IsPoison(i);
            poison += bad ? 1 : 0;
            if (!bad && i > 500)
            {
                continue; // Decoding every good picture would only be slow.
            }

            decoder.TryDecode(payloads.Value(i), pixels, out var rejection).ShouldBe(!bad, $"record {i}");
            if (rejection is not null)
            {
                reasons.Add(rejection.ErrorType);
            }
        }

        poison.ShouldBeInRange(150, 250);
        reasons.Order().ShouldBe(["EmptyValue", "PictureTooLarge", "TruncatedPicture", "UnknownFormat"]);
    }
}
