using System.Buffers.Binary;
using StreamingContrastive.Contracts.Rows;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>
/// A batch's rows on the device, cut into parts. Which parts a row has is read on the host, where the rows come from, so that no step
/// waits for the device to learn it. On the CPU the bytes are the batch's own: valid until it changes.
/// </summary>
internal sealed class BatchViews
{
    private readonly RowLayout layout;
    private readonly TrainingBatch batch;
    private readonly Device device;
    private readonly Tensor query; // [B, bytes of a query row] uint8
    private readonly Tensor key; // [B, bytes of a key row] uint8

    /// <summary>Tensors belong to the current dispose scope.</summary>
    public BatchViews(RowLayout layout, TrainingBatch batch, Device device)
    {
        (this.layout, this.batch, this.device) = (layout, batch, device);
        query = OnDevice(batch.Query, batch.Count, layout.QueryBytes, device);
        key = OnDevice(batch.Key, batch.Count, layout.KeyBytes, device);
    }

    /// <summary>Rows of the batch.</summary>
    public int Count => batch.Count;

    /// <summary>Rows that have the part, in order; null: all.</summary>
    public long[]? PresentRows(int part) => Present(layout, batch.Query, batch.Count, layout.QueryBytes, part);

    /// <summary>A part of the query or key views, [rows, bytes] uint8.</summary>
    /// <param name="part">Index of the part.</param>
    /// <param name="ofQueryView">Query views; else key views.</param>
    /// <param name="rows">Rows [n] int64; null: all.</param>
    public Tensor Bytes(int part, bool ofQueryView, Tensor? rows)
    {
        var all = ofQueryView ? query : key;
        var bytes = layout.IsBare ? all : all.narrow(1, layout.OffsetOf(part), layout.Parts[part].Bytes);
        return rows is null ? bytes : bytes.index_select(0, rows);
    }

    /// <summary>The part's hard negatives that there are, [E, bytes] uint8, and their places among the B x n slots, [E]; null where the batch brings none.</summary>
    public (Tensor Bytes, long[] Slots)? HardNegatives(int part)
    {
        var (row, n) = (layout.Parts[part], layout.Parts[part].HardNegatives);
        if (n == 0)
        {
            return null;
        }

        var slots = new List<long>();
        for (var i = 0; i < batch.Count; i++)
        {
            var count = BinaryPrimitives.ReadUInt32LittleEndian(batch.Key.AsSpan((i * layout.KeyBytes) + layout.NegativesOffsetOf(part)));
            slots.AddRange(Enumerable.Range(0, (int)Math.Min(count, (uint)n)).Select(slot => ((long)i * n) + slot));
        }

        if (slots.Count == 0)
        {
            return null;
        }

        long[] places = [.. slots];
        var all = key.narrow(1, layout.NegativeSlotOf(part, 0), (long)n * row.PaddedBytes).reshape((long)batch.Count * n, row.PaddedBytes);
        return (all.narrow(1, 0, row.Bytes).index_select(0, tensor(places, device: device)), places);
    }

    /// <summary>Ids of the records that each row refers to, [B, m] int64, 0 where there are fewer; null where the pipeline takes none.</summary>
    public Tensor? References()
    {
        if (layout.References == 0)
        {
            return null;
        }

        var m = layout.References;
        var ids = new long[batch.Count * m];
        for (var i = 0; i < batch.Count; i++)
        {
            var at = batch.Key.AsSpan((i * layout.KeyBytes) + layout.ReferencesOffset);
            var count = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(at), (uint)m);
            for (var j = 0; j < count; j++)
            {
                ids[(i * m) + j] = BinaryPrimitives.ReadInt64LittleEndian(at[(sizeof(uint) + (j * sizeof(long)))..]);
            }
        }

        return tensor(ids, [batch.Count, m], device: device);
    }

    /// <summary>Rows of a kind that have the part, in order; null: all.</summary>
    public static long[]? Present(RowLayout layout, ReadOnlySpan<byte> rows, int count, int rowBytes, int part)
    {
        if (layout.IsBare)
        {
            return null;
        }

        var present = new List<long>(count);
        for (var i = 0; i < count; i++)
        {
            if (layout.Has(rows.Slice(i * rowBytes, rowBytes), part))
            {
                present.Add(i);
            }
        }

        return present.Count == count ? null : [.. present];
    }

    /// <summary>The first <paramref name="count"/> rows as they are, [N, bytes] uint8 on the device; on the CPU it shares the host buffer, so it must be used before that changes.</summary>
    public static Tensor OnDevice(byte[] rows, int count, int rowBytes, Device device)
    {
        using var scope = NewDisposeScope();
        return frombuffer(rows, ScalarType.Byte, (long)count * rowBytes).view(count, rowBytes).to(device).MoveToOuterDisposeScope();
    }
}
