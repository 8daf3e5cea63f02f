using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Augmentation.Parts;
using StreamingContrastive.Augmentation.Text;
using StreamingContrastive.Contracts.Rows;

namespace StreamingContrastive.Tests.Augmentation.Parts;

/// <summary>The rows of one record, made in buffers that held others before.</summary>
internal sealed record Rows(byte[] Query, byte[] Key, byte[] Clean, int Label, Rejection? Rejection);

internal static class RowsOf
{
    /// <summary>A picture of 4x4 and a caption of 8 ids that takes one hard negative, as protobuf of at most 2,000 bytes.</summary>
    public static RecordPlan PictureAndCaption { get; } = new(
        [
            new PartPlan(RowPart.Picture("picture", 4, 4, 1), IsOptional: false, new PayloadOptions { Height = 4, Width = 4 }, new AugmentationOptions(), new TextOptions()),
            new PartPlan(RowPart.Text("caption", 8, hardNegatives: 1), IsOptional: false, new PayloadOptions(), new AugmentationOptions(), new TextOptions { Tokens = 8 }),
        ],
        IsJson: false, MaxRecordBytes: 2000, RefusesMissing: false, References: 0);

    public static RowLayout Layout(this RecordPlan plan) => new([.. plan.Parts.Select(p => p.Row)]) { References = plan.References };

    public static Rows Build(RecordPlan plan, byte[] value, RecordPlace place)
    {
        var sizes = plan.Layout().Sizes;
        var (query, key, clean) = (Used(sizes.Query), Used(sizes.Key), Used(sizes.Clean));
        new RecordConstructor(plan).TryConstruct(value, place, query, key, clean, out var label, out var rejection).ShouldBe(rejection is null);
        return new Rows(query, key, clean, label, rejection);
    }

    private static byte[] Used(int bytes) => [.. Enumerable.Repeat((byte)0xEE, bytes)];
}
