using System.Text;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Decoding;
using StreamingContrastive.Contracts.Records;
using StreamingContrastive.Host.Commands.Produce;
using StreamingContrastive.Host.Datasets;

namespace StreamingContrastive.Tests.Host.Commands.Produce;

public sealed class EmojiRecordsTests
{
    private static readonly EmojiPairsDataset s_set = EmojiPairsDataset.Bundled();

    [Fact]
    public void Value_OfAnEmoji_HasItsDrawingsAndItsText()
    {
        var record = RecordCodec.Decode(EmojiRecords.Value(s_set, 7), 1 << 20);

        record.Label.ShouldBe(s_set.Twitter.Labels[7]);
        record.Parts.Select(p => (p.Name, p.MediaType)).ShouldBe([("twitter", "image/png"), ("google", "image/png"), ("text", "text/plain")]);
        Pixels(record.Parts[0].Data).ShouldBe(s_set.Twitter.Picture(7).ToArray());
        Pixels(record.Parts[1].Data).ShouldBe(s_set.Google.Picture(7).ToArray());
        Encoding.UTF8.GetString(record.Parts[2].Data.Span).ShouldBe(s_set.Pairs[7].Text);
    }

    [Fact]
    public void Of_TwoPasses_SendEveryEmojiToLearnFromTwiceInTwoOrders()
    {
        var records = EmojiRecords.Of(s_set, heldOut: false);

        int[] keys = [.. Enumerable.Range(0, 2 * records.Count).Select(n => records.At(n).Key)];

        keys.Take(records.Count).Order().ShouldBe(s_set.Train);
        keys.Skip(records.Count).Order().ShouldBe(s_set.Train);
        keys.Take(records.Count).SequenceEqual(keys.Skip(records.Count)).ShouldBeFalse();
        keys.Take(20).SequenceEqual(keys.Take(20).Order()).ShouldBeFalse();
        records.At(5).Key.ShouldBe(keys[5]); // back to the first pass: the same again
    }

    [Fact]
    public void Of_HeldOut_SendsNoneToLearnFrom()
    {
        var records = EmojiRecords.Of(s_set, heldOut: true);

        Enumerable.Range(0, records.Count).Select(n => records.At(n).Key).Intersect(s_set.Train).ShouldBeEmpty();
    }

    private static byte[] Pixels(ReadOnlyMemory<byte> png)
    {
        var pixels = new byte[32 * 32 * 3];
        new PictureDecoder(new PayloadOptions { Format = PayloadFormat.Image, Height = 32, Width = 32, Channels = 3 }).TryDecode(png.Span, pixels, out var rejection).ShouldBeTrue(rejection?.Message);
        return pixels;
    }
}
