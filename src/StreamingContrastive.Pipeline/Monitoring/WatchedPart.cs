using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Pipeline.Monitoring;

/// <summary>
/// The part of a record that drift and the dashboard's sample look at: the first one. Records that lack it are passed over; to watch
/// another part, put it first in input:parts.
/// </summary>
/// <param name="Offset">Where it begins in a clean row.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="RowBytes">Bytes of a clean row.</param>
/// <param name="Layout">The row.</param>
internal sealed record WatchedPart(int Offset, int Bytes, int RowBytes, RowLayout Layout)
{
    /// <summary>The first part of a row.</summary>
    public static WatchedPart Of(RowLayout layout) => new(layout.OffsetOf(0), layout.Parts[0].Bytes, layout.CleanBytes, layout);

    /// <summary>Rows that are so many bytes of one picture.</summary>
    public static WatchedPart Pixels(int bytes) => Of(RowLayout.OnePicture(1, bytes, 1));

    /// <summary>Reads it from a row of the batch; false where the record lacks it.</summary>
    public bool TryRead(TrainingBatch batch, int row, out ReadOnlySpan<byte> view)
    {
        var clean = batch.Clean.AsSpan(row * RowBytes, RowBytes);
        view = clean.Slice(Offset, Bytes);
        return Layout.Has(clean, 0);
    }
}
