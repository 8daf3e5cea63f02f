using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Pipeline.Monitoring;

/// <summary>
/// A part of a record that somebody looks at: drift at the first one (to watch another part, put it first in input:parts), the dashboard's
/// sample at each of them. Records that lack it are passed over.
/// </summary>
/// <param name="Index">Its index in the row.</param>
/// <param name="Offset">Where it begins in a clean row.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="RowBytes">Bytes of a clean row.</param>
/// <param name="Layout">The row.</param>
internal sealed record WatchedPart(int Index, int Offset, int Bytes, int RowBytes, RowLayout Layout)
{
    /// <summary>A part of a row; the first one unless told otherwise.</summary>
    public static WatchedPart Of(RowLayout layout, int part = 0) => new(part, layout.OffsetOf(part), layout.Parts[part].Bytes, layout.CleanBytes, layout);

    /// <summary>Rows that are so many bytes of one picture.</summary>
    public static WatchedPart Pixels(int bytes) => Of(RowLayout.OnePicture(1, bytes, 1));

    /// <summary>Reads it from a row of the batch; false where the record lacks it.</summary>
    public bool TryRead(TrainingBatch batch, int row, out ReadOnlySpan<byte> view)
    {
        var clean = batch.Clean.AsSpan(row * RowBytes, RowBytes);
        view = clean.Slice(Offset, Bytes);
        return Layout.Has(clean, Index);
    }
}
