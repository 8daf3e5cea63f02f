using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Delivery;

/// <summary>Chunks whose pixels name their partition, offset and view, so that a copied row can be told apart from any other.</summary>
internal static class ChunkFactory
{
    public const int RowBytes = 4;
    public static readonly PartitionId P0 = new("records", 0);
    public static readonly PartitionId P1 = new("records", 1);
    public static readonly AssignmentEpoch FirstReading = new(new Guid("00000000-0000-0000-0000-00000000000a"), 1);

    public static PairChunk Chunk(
        PartitionId partition, long from, long to, long[]? pairs = null, long[]? tombstones = null, long[]? deadLetters = null,
        long lineageEpoch = 1, AssignmentEpoch? assignment = null, int rowBytes = RowBytes)
    {
        var source = new RecordChunk(partition, from, to, lineageEpoch, assignment ?? FirstReading, [], default);
        var offsets = pairs ?? [];
        var metas = offsets.Select(o => new PairMeta(o, o * 10, o * 100, (int)(o % 7), o * 1000, [(byte)o], default)).ToList();
        return new(
            source, metas, [.. (tombstones ?? []).Select(o => new Tombstone(o, [(byte)o]))], deadLetters ?? [], rowBytes,
            Pixels(partition, offsets, 0, rowBytes), Pixels(partition, offsets, 1, rowBytes), Pixels(partition, offsets, 2, rowBytes));
    }

    /// <summary>All offsets of [from, to) are pairs.</summary>
    public static PairChunk Full(PartitionId partition, long from, long to, long lineageEpoch = 1, AssignmentEpoch? assignment = null) =>
        Chunk(partition, from, to, [.. Range(from, to)], lineageEpoch: lineageEpoch, assignment: assignment);

    public static IEnumerable<long> Range(long from, long to) => Enumerable.Range(0, (int)(to - from)).Select(i => from + i);

    public static byte[] Row(PartitionId partition, long offset, int view) => [(byte)partition.Partition, (byte)offset, (byte)(offset >> 8), (byte)view];

    public static void ShouldHoldRow(this TrainingBatch batch, int row, PartitionId partition, long offset)
    {
        Slice(batch.Query, row).ShouldBe(Row(partition, offset, 0));
        Slice(batch.Key, row).ShouldBe(Row(partition, offset, 1));
        Slice(batch.Clean, row).ShouldBe(Row(partition, offset, 2));
        (batch.RecordIds[row], batch.InputHashes[row]).ShouldBe((offset * 10, offset * 100));
        (batch.Labels[row], batch.EventTimesUnixMs[row]).ShouldBe(((int)(offset % 7), offset * 1000));
    }

    public static bool IsReturned(this PairChunk chunk)
    {
        try
        {
            _ = chunk.Query.Length;
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private static byte[] Slice(byte[] pixels, int row) => pixels[(row * RowBytes)..((row + 1) * RowBytes)];

    private static byte[] Pixels(PartitionId partition, long[] offsets, int view, int rowBytes)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(Math.Max(1, offsets.Length * rowBytes));
        for (var i = 0; i < offsets.Length; i++)
        {
            Row(partition, offsets[i], view).AsSpan(0, Math.Min(rowBytes, 4)).CopyTo(buffer.AsSpan(i * rowBytes));
        }

        return buffer;
    }
}
