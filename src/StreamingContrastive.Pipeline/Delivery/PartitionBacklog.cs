using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>The admitted ranges of one partition that its watermark has not passed, oldest first.</summary>
internal sealed class PartitionBacklog(PartitionId partition, long start)
{
    private readonly Queue<PendingRange> _ranges = new();

    public PartitionId Partition { get; } = partition;

    /// <summary>First offset that is not passed.</summary>
    public long Watermark { get; private set; } = start;

    /// <summary>First offset after the last range.</summary>
    public long End { get; private set; } = start;

    /// <summary>Pairs that no batch has taken.</summary>
    public int PendingPairs { get; set; }

    /// <summary>Whether it waits in the assembler's list of watermarks to look at.</summary>
    public bool Touched { get; set; }

    /// <summary>Its index in the batch that is being put together; -1 when it has none yet.</summary>
    public int BatchIndex { get; set; } = -1;

    public PendingRange Add(long from, long to, PairChunk? chunk)
    {
        var range = new PendingRange(this, from, to, chunk);
        _ranges.Enqueue(range);
        End = to;
        PendingPairs += range.RowsLeft;
        return range;
    }

    /// <summary>This partition's index in the batch, made when it is the first time.</summary>
    public int IndexIn(BatchPositions positions) => BatchIndex >= 0 ? BatchIndex : BatchIndex = positions.AddPartition(Partition, Watermark);

    /// <summary>Moves the watermark as far as untrained pairs allow. Returns the records that it passed, the batch's rows not included.</summary>
    public int Pass(BatchPositions positions)
    {
        var (row, passed) = (0, 0);
        while (_ranges.TryPeek(out var range))
        {
            var limit = range.Limit;
            if (limit > Watermark)
            {
                passed += PassTo(limit, range, positions, ref row);
            }

            if (range.RowsLeft > 0)
            {
                break;
            }

            _ranges.Dequeue();
        }

        return passed;
    }

    private int PassTo(long limit, PendingRange range, BatchPositions positions, ref int row)
    {
        var index = IndexIn(positions);
        var (tombstones, deadLetters) = (0, 0);
        if (range.Chunk is { } chunk)
        {
            for (; range.NextTombstone < chunk.Tombstones.Count && chunk.Tombstones[range.NextTombstone].Offset < limit; range.NextTombstone++)
            {
                var tombstone = chunk.Tombstones[range.NextTombstone];
                while (row < positions.Count && (positions.PartitionOfRow[row] != index || positions.Rows[row].Offset < tombstone.Offset))
                {
                    row++;
                }

                positions.AddTombstone(new(index, tombstone, row));
                tombstones++;
            }

            for (; range.NextDeadLetter < chunk.DeadLetterOffsets.Count && chunk.DeadLetterOffsets[range.NextDeadLetter] < limit; range.NextDeadLetter++)
            {
                deadLetters++;
            }
        }

        Watermark = limit;
        positions.Pass(index, limit, new(0, deadLetters, tombstones, range.Chunk is null ? range.To - range.From : 0));
        return tombstones + deadLetters;
    }
}
