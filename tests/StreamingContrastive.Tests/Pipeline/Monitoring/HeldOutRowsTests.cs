using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Records;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Monitoring;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Monitoring;

public sealed class HeldOutRowsTests
{
    private static readonly InputOptions s_input = new()
    {
        Parts =
        [
            new PartOptions { Name = "photo", Payload = new PayloadOptions { Height = 4, Width = 4 } },
            new PartOptions { Name = "caption", Kind = PartKind.Text, Text = new TextOptions { Tokens = 8 } },
        ],
    };

    [Fact]
    public void Decode_RecordsWithGaps_KeepsWhatCanBeReadAndCountsTheRest()
    {
        var rows = Decode(Record(1, "one"), null, Record(2, null), [1, 2, 3], Record(null, "four"));

        (rows.Count, rows.Skipped).ShouldBe((3, 2));
        var (photos, withPhoto) = rows.Part(0);
        withPhoto.ShouldBe([0, 1]);
        photos.ShouldBe([.. Enumerable.Repeat((byte)1, 16), .. Enumerable.Repeat((byte)2, 16)]);
        rows.Part(1).Present.ShouldBe([0, 2]);
    }

    [Fact]
    public void Ranks_OfPartsWithGaps_AreAmongTheRecordsThatHaveBoth()
    {
        // Record 1 has no caption: its photo, which looks like record 0's caption, is nobody's candidate.
        var photos = new HeldOutVectors([0, 1, 1, 0, .6f, .8f], [0, 1, 2], 2);
        var captions = new HeldOutVectors([.1f, .9f, .9f, .1f], [0, 2], 2);

        HeldOutVectors.Ranks(photos, captions).ShouldBe([0, 1]);
        HeldOutVectors.Ranks(captions, photos).ShouldBe([0, 0]);
    }

    [Fact]
    public void Ranks_WithoutARecordThatHasBoth_AreNone() =>
        HeldOutVectors.Ranks(new HeldOutVectors([1, 0], [0], 2), new HeldOutVectors([1, 0], [1], 2)).ShouldBeEmpty();

    private static HeldOutRows Decode(params byte[]?[] values) => HeldOutRows.Decode(
        [.. values.Select((value, i) => new SourceRecord(i, -1, null, value, []))], s_input.Layout, RowConstructors.Of(s_input, new AugmentationOptions()));

    private static byte[] Record(byte? pixel, string? caption)
    {
        var parts = new List<NamedPart>();
        if (pixel is { } grey)
        {
            parts.Add(new NamedPart("photo", "", Enumerable.Repeat(grey, 16).ToArray()));
        }

        if (caption is not null)
        {
            parts.Add(new NamedPart("caption", "text/plain", System.Text.Encoding.UTF8.GetBytes(caption)));
        }

        return RecordCodec.Encode(new MultiPartRecord { Parts = parts });
    }
}
