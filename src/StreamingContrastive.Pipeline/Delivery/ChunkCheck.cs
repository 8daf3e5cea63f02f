using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>Whether a chunk is what it says. A wrong one would move a watermark over records that nobody trained, so it never gets in.</summary>
internal static class ChunkCheck
{
    /// <summary>What is wrong with the chunk, or null.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="expectedFrom">Where its partition has to go on.</param>
    /// <param name="rowBytes">Bytes of a row of each kind.</param>
    public static string? Problem(PairChunk chunk, long expectedFrom, RowSizes rowBytes)
    {
        var range = $"{chunk.Partition} [{chunk.From}, {chunk.To})";
        if (chunk.From != expectedFrom)
        {
            return $"{range} does not go on at {expectedFrom}: only chunks that the ledger accepted come here, in that order.";
        }

        if (chunk.Pairs.Count > 0 && chunk.RowBytes != rowBytes)
        {
            return $"{range} has rows of {chunk.RowBytes} bytes; the pipeline's layout asks for {rowBytes}.";
        }

        if (chunk.RecordCount > chunk.To - chunk.From)
        {
            return $"{range} holds {chunk.To - chunk.From} offsets and claims {chunk.RecordCount} records.";
        }

        return Order(range, "pair", chunk.Pairs.Count, chunk, static (c, i) => c.Pairs[i].Offset)
            ?? Order(range, "tombstone", chunk.Tombstones.Count, chunk, static (c, i) => c.Tombstones[i].Offset)
            ?? Order(range, "dead letter", chunk.DeadLetterOffsets.Count, chunk, static (c, i) => c.DeadLetterOffsets[i]);
    }

    private static string? Order(string range, string what, int count, PairChunk chunk, Func<PairChunk, int, long> offsetOf)
    {
        var floor = chunk.From;
        for (var i = 0; i < count; i++)
        {
            var offset = offsetOf(chunk, i);
            if (offset < floor || offset >= chunk.To)
            {
                return $"{range} has a {what} at offset {offset} where one of [{floor}, {chunk.To}) is allowed: offsets ascend within the range.";
            }

            floor = offset + 1;
        }

        return null;
    }
}
