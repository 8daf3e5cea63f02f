using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// Cuts one reading of a partition into chunks whose ranges join without holes. Pure; one caller at a time.
/// Use: while <see cref="Fits"/> says no, take <see cref="Close"/> first; then <see cref="Add"/>; when <see cref="IsFull"/>, close.
/// </summary>
internal sealed class ChunkBuilder
{
    private readonly PartitionReading _reading;
    private readonly int _maxRecords;
    private SourceRecord[] _records;
    private int _count;
    private long _bytes;

    /// <summary>Begins at an offset.</summary>
    /// <param name="reading">The reading that the chunks belong to.</param>
    /// <param name="start">First offset of the first chunk.</param>
    /// <param name="maxRecords">Records of a chunk, at most <see cref="RecordChunk.MaxRecords"/>.</param>
    public ChunkBuilder(PartitionReading reading, long start, int maxRecords = RecordChunk.MaxRecords)
    {
        (_reading, _maxRecords, _records) = (reading, maxRecords, new SourceRecord[maxRecords]);
        From = Next = start;
    }

    /// <summary>First offset of the chunk that is being filled.</summary>
    public long From { get; private set; }

    /// <summary>First offset after it so far: what is read next.</summary>
    public long Next { get; private set; }

    /// <summary>Records of the chunk that is being filled.</summary>
    public int Count => _count;

    /// <summary>True when the range is empty: there is nothing to close.</summary>
    public bool IsEmpty => Next == From;

    /// <summary>True when nothing more may be added before <see cref="Close"/>.</summary>
    public bool IsFull => _count == _maxRecords || _bytes >= RecordChunk.MaxBytes;

    /// <summary>
    /// True when the record may join the present chunk. Key and headers count towards the byte limit too: they travel with the chunk and
    /// take its memory, though the contract asks for value bytes only. The first record always fits, whatever its size.
    /// </summary>
    public bool Fits(SourceRecord record) =>
        _count == 0 || (_count < _maxRecords && _bytes + SizeOf(record) <= RecordChunk.MaxBytes);

    /// <summary>Adds a record; offsets between the last one and this one (compacted away) join the range.</summary>
    /// <exception cref="InvalidOperationException">The record lies before <see cref="Next"/> or does not fit.</exception>
    public void Add(SourceRecord record)
    {
        if (record.Offset < Next || !Fits(record))
        {
            throw new InvalidOperationException(
                $"{_reading.Partition} offset {record.Offset} cannot join the chunk [{From}, {Next}) of {_count} records and {_bytes} bytes.");
        }

        _records[_count++] = record;
        _bytes += SizeOf(record);
        Next = record.Offset + 1;
    }

    /// <summary>The offsets below <paramref name="next"/> hold no further record: they join the range.</summary>
    public void PassTo(long next) => Next = Math.Max(Next, next);

    /// <summary>Takes the chunk and begins the next one where it ends.</summary>
    /// <exception cref="InvalidOperationException">The range is empty.</exception>
    public RecordChunk Close(ChunkTrace trace = default)
    {
        if (IsEmpty)
        {
            throw new InvalidOperationException($"{_reading.Partition}: the range [{From}, {Next}) is empty.");
        }

        // A full array is handed over; a partial one is copied so that a trickle does not cost 64 references a chunk.
        var records = _count == _records.Length ? _records : _records.AsSpan(0, _count).ToArray();
        if (ReferenceEquals(records, _records))
        {
            _records = new SourceRecord[_maxRecords];
        }
        else
        {
            _records.AsSpan(0, _count).Clear();
        }

        var chunk = new RecordChunk(_reading.Partition, From, Next, _reading.LineageEpoch, _reading.Assignment, records, trace);
        (From, _count, _bytes) = (Next, 0, 0);
        return chunk;
    }

    /// <summary>The empty range where the next chunk begins: everything up to here was handed over.</summary>
    /// <exception cref="InvalidOperationException">A chunk is being filled.</exception>
    public RecordChunk Beat() => IsEmpty
        ? new RecordChunk(_reading.Partition, Next, Next, _reading.LineageEpoch, _reading.Assignment, [], default)
        : throw new InvalidOperationException($"{_reading.Partition}: the range [{From}, {Next}) is under way, so its end was not handed over yet.");

    private static long SizeOf(SourceRecord record)
    {
        long bytes = (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
        for (int i = 0; i < record.Headers.Count; i++)
        {
            bytes += record.Headers[i].Key.Length + (record.Headers[i].Value?.Length ?? 0);
        }

        return bytes;
    }
}
