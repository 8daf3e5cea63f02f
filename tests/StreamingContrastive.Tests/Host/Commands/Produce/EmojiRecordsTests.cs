using System.Text;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Decoding;
using StreamingContrastive.Augmentation.Text.Edits;
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
    public void Value_WithEdits_BringsThemAsHardNegativesOfTheText()
    {
        var clock = s_set.Pairs.First(p => p.Name == "three o’clock");

        var record = RecordCodec.Decode(EmojiRecords.Value(s_set, clock.Index, edits: 8), 1 << 20);

        record.HardNegatives.Count.ShouldBe(8);
        record.HardNegatives.ShouldAllBe(n => n.Inline!.Count == 1 && n.Inline[0].Name == "text");
        string[] texts = [.. record.HardNegatives.Select(n => Encoding.UTF8.GetString(n.Inline![0].Data.Span))];
        texts.Except(TextEdits.Of(clock.Text).Select(e => e.Text)).ShouldBeEmpty();
        texts.ShouldContain(text => text.Contains("two o’clock") || text.Contains("four o’clock") || text.Contains("five o’clock"));
        texts.ShouldBeUnique();
    }

    [Fact]
    public void Value_OfATextWithoutEdits_IsTheSameAsEver()
    {
        var grin = s_set.Pairs[0]; // grinning face

        EmojiRecords.Value(s_set, grin.Index, edits: 8).ShouldBe(EmojiRecords.Value(s_set, grin.Index));
    }

    [Fact]
    public void Of_WithEdits_SendsTheSameRecordInEveryPass()
    {
        var records = EmojiRecords.Of(s_set, heldOut: true, edits: 3);

        byte[] At(long number, int key) => records.At(Enumerable.Range(0, records.Count).Select(n => number + n).First(n => records.At(n).Key == key)).Value;
        var key = s_set.HeldOut.First(i => TextEdits.Of(s_set.Pairs[i].Text).Count > 3);
        At(records.Count, key).ShouldBe(At(0, key));
        RecordCodec.Decode(At(0, key), 1 << 20).HardNegatives.Count.ShouldBe(3);
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
