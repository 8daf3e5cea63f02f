using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>
/// Makes batches of exactly B pairs from admitted chunks, in the order of admission, whatever the chunks' borders. A partition's
/// watermark is its first admitted pair that no batch has taken, or the end of what was admitted: a restart from there reads
/// exactly the untrained records again, and every tombstone and dead letter is counted with the one batch that passes it.
/// Takes ownership of chunks and returns their buffers once, when the last row is copied. Allocates per chunk, not per row.
/// Pure, not thread-safe.
/// </summary>
internal sealed class BatchAssembler(int batchSize, RowSizes rowBytes)
{
    private readonly Dictionary<PartitionId, PartitionBacklog> _backlogs = [];
    private readonly Queue<PendingRange> _rows = new();
    private readonly List<PartitionBacklog> _touched = [];

    /// <summary>Pairs of a batch.</summary>
    public int BatchSize { get; } = batchSize > 0 ? batchSize : throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, "A batch has at least one pair.");

    /// <summary>Admitted records that no watermark has passed: what the credits count.</summary>
    public int PendingRecords { get; private set; }

    /// <summary>Admitted pairs that no batch has taken.</summary>
    public int PendingPairs { get; private set; }

    /// <summary>Takes a chunk that the ledger accepted. One that is not what it says is refused, its buffers returned.</summary>
    public void Accept(PairChunk chunk)
    {
        var backlog = BacklogOf(chunk.Partition, chunk.From);
        if (ChunkCheck.Problem(chunk, backlog.End, rowBytes) is { } problem)
        {
            chunk.ReturnBuffers();
            throw new ArgumentException(problem, nameof(chunk));
        }

        if (chunk.From == chunk.To)
        {
            chunk.ReturnBuffers(); // A beat says nothing new here; kept, those of a quiet partition would pile up behind a pair that waits for its batch.
            return;
        }

        Add(backlog, chunk.From, chunk.To, chunk);
        PendingRecords += chunk.RecordCount;
        PendingPairs += chunk.Pairs.Count;
        if (chunk.Pairs.Count == 0)
        {
            chunk.ReturnBuffers();
        }
    }

    /// <summary>Takes a gap that <see cref="OffsetLedger.OfferGap"/> let pass: the watermark crosses it after the pairs before it.</summary>
    public void AcceptGap(PartitionId partition, long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        var backlog = BacklogOf(partition, from);
        ArgumentOutOfRangeException.ThrowIfNotEqual(from, backlog.End);
        Add(backlog, from, to, chunk: null);
    }

    /// <summary>Takes the next B pairs. False, with both arguments untouched, while there are fewer.</summary>
    public bool TryTake(TrainingBatch into, BatchPositions positions) => PendingPairs >= BatchSize && Take(BatchSize, into, positions);

    /// <summary>At the end of a bounded run: takes up to B pairs, however few. False when there is none; watermarks may still move (<see cref="TryPassEmpty"/>).</summary>
    public bool TakeRemainder(TrainingBatch into, BatchPositions positions) => PendingPairs > 0 && Take(Math.Min(PendingPairs, BatchSize), into, positions);

    /// <summary>
    /// Moves watermarks over tombstones, dead letters and gaps that no untrained pair of their partition precedes, without a
    /// batch: a stream of tombstones makes progress. False, with the argument cleared, when nothing moved.
    /// </summary>
    public bool TryPassEmpty(BatchPositions positions)
    {
        positions.Clear();
        Pass(positions);
        return positions.Partitions.Count > 0;
    }

    /// <summary>A graceful stop: drops what no batch has taken. The watermarks do not cover it, so it is read again. Returns the records dropped.</summary>
    public int Discard()
    {
        foreach (var range in _rows)
        {
            range.Chunk!.ReturnBuffers();
        }

        var dropped = PendingRecords;
        _rows.Clear();
        _touched.Clear();
        _backlogs.Clear();
        (PendingRecords, PendingPairs) = (0, 0);
        return dropped;
    }

    private PartitionBacklog BacklogOf(PartitionId partition, long from)
    {
        if (!_backlogs.TryGetValue(partition, out var backlog))
        {
            _backlogs[partition] = backlog = new(partition, from);
        }

        return backlog;
    }

    private void Add(PartitionBacklog backlog, long from, long to, PairChunk? chunk)
    {
        if (backlog.PendingPairs == 0)
        {
            Touch(backlog);
        }

        var range = backlog.Add(from, to, chunk);
        if (range.RowsLeft > 0)
        {
            _rows.Enqueue(range);
        }
    }

    private void Touch(PartitionBacklog backlog)
    {
        if (!backlog.Touched)
        {
            backlog.Touched = true;
            _touched.Add(backlog);
        }
    }

    private bool Take(int count, TrainingBatch into, BatchPositions positions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(into.Capacity, count);
        ArgumentOutOfRangeException.ThrowIfLessThan(positions.Capacity, count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.RowBytes, rowBytes);
        positions.Clear();
        into.Count = count;
        for (var row = 0; row < count;)
        {
            var range = _rows.Peek();
            var rows = Math.Min(range.RowsLeft, count - row);
            CopyRows(range, rows, into, row, positions);
            row += rows;
            if (range.RowsLeft == 0)
            {
                range.Chunk!.ReturnBuffers();
                _rows.Dequeue();
            }
        }

        PendingPairs -= count;
        PendingRecords -= count;
        Pass(positions);
        return true;
    }

    private void CopyRows(PendingRange range, int rows, TrainingBatch into, int at, BatchPositions positions)
    {
        var chunk = range.Chunk!;
        Copy(chunk.Query, range.NextRow, rows, into.Query, at, rowBytes.Query);
        Copy(chunk.Key, range.NextRow, rows, into.Key, at, rowBytes.Key);
        Copy(chunk.Clean, range.NextRow, rows, into.Clean, at, rowBytes.Clean);

        Touch(range.Owner);
        var index = range.Owner.IndexIn(positions);
        for (var i = 0; i < rows; i++)
        {
            var meta = chunk.Pairs[range.NextRow + i];
            (into.RecordIds[at + i], into.InputHashes[at + i]) = (meta.RecordId, meta.InputHash);
            (into.Labels[at + i], into.EventTimesUnixMs[at + i]) = (meta.Label, meta.EventTimeUnixMs);
            positions.AddRow(meta, index);
        }

        range.NextRow += rows;
        range.Owner.PendingPairs -= rows;
        positions.Pass(index, range.Owner.Watermark, new(rows, 0, 0, 0));
    }

    private static void Copy(ReadOnlySpan<byte> source, int from, int rows, Span<byte> target, int at, int bytes) =>
        source.Slice(from * bytes, rows * bytes).CopyTo(target[(at * bytes)..]);

    private void Pass(BatchPositions positions)
    {
        foreach (var backlog in _touched)
        {
            PendingRecords -= backlog.Pass(positions);
            (backlog.Touched, backlog.BatchIndex) = (false, -1);
        }

        _touched.Clear();
        positions.Sort();
    }
}
