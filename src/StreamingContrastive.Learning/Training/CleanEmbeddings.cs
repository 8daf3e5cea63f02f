using StreamingContrastive.Contracts.Rows;

namespace StreamingContrastive.Learning.Training;

/// <summary>Embeds a batch's clean views, part by part, into buffers that it keeps from step to step.</summary>
/// <param name="layout">What a row consists of.</param>
/// <param name="dimension">Dimension of an embedding.</param>
/// <param name="kind">Which layer is published.</param>
internal sealed class CleanEmbeddings(RowLayout layout, int dimension, EmbeddingKindOf kind)
{
    private readonly float[][] vectors = [.. layout.Parts.Select(_ => Array.Empty<float>())];
    private readonly bool[][] present = [.. layout.Parts.Select(_ => Array.Empty<bool>())];
    private byte[] packed = [];
    private float[] some = [];

    /// <summary>The published snapshots' embeddings of every part, valid until the next call.</summary>
    public IReadOnlyList<PartEmbeddings> Of(TrainingBatch batch, IReadOnlyList<TrainedPart> parts) =>
        [.. parts.Select(part => new PartEmbeddings(part.Row.Name, Vectors(batch, part), present[part.Index].AsMemory(0, batch.Count)))];

    private ReadOnlyMemory<float> Vectors(TrainingBatch batch, TrainedPart part)
    {
        var (count, index) = (batch.Count, part.Index);
        Grow(ref vectors[index], batch.Count * dimension);
        Grow(ref present[index], batch.Count);
        var all = vectors[index].AsMemory(0, count * dimension);
        var rows = BatchViews.Present(layout, batch.Clean, count, layout.CleanBytes, index);
        present[index].AsSpan(0, count).Fill(rows is null);
        if (layout.IsBare)
        {
            part.Embedder.Embed(part.Published, batch.Clean, count, kind, all.Span);
            return all;
        }

        var bytes = part.Row.Bytes;
        var there = rows?.Length ?? count;
        Grow(ref packed, there * bytes);
        Grow(ref some, there * dimension);
        for (var i = 0; i < there; i++)
        {
            batch.Clean.AsSpan((Row(i) * layout.CleanBytes) + layout.OffsetOf(index), bytes).CopyTo(packed.AsSpan(i * bytes));
        }

        part.Embedder.Embed(part.Published, packed, there, kind, some);
        all.Span.Clear();
        for (var i = 0; i < there; i++)
        {
            some.AsSpan(i * dimension, dimension).CopyTo(all.Span[(Row(i) * dimension)..]);
            present[index][Row(i)] = true;
        }

        return all;

        int Row(int i) => rows is null ? i : (int)rows[i];
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[length];
        }
    }
}
