using System.Buffers;
using StreamingContrastive.Contracts.Rows;

namespace StreamingContrastive.Pipeline.Records;

/// <summary>What a pair remembers of its record.</summary>
/// <param name="Offset">Offset in the chunk's partition.</param>
/// <param name="RecordId">64-bit hash of the key (of the position where the key is null): equal for re-observations.</param>
/// <param name="InputHash">64-bit hash of the value.</param>
/// <param name="Label">Class, or -1.</param>
/// <param name="EventTimeUnixMs">Event time, or -1.</param>
/// <param name="Key">The record's key, to key its embedding with; null when the key was null.</param>
/// <param name="Trace">The producer's trace context; none where it sent none.</param>
public readonly record struct PairMeta(long Offset, long RecordId, long InputHash, int Label, long EventTimeUnixMs, byte[]? Key, RecordTrace Trace)
{
    /// <summary>How the record's texts begin, by part, for the dashboard; null where nobody looks. Stays in the process: other nodes are not sent it.</summary>
    public IReadOnlyList<string?>? Excerpts { get; init; }
}

/// <summary>A record of the range that is not trained on.</summary>
/// <param name="Offset">Offset in the chunk's partition.</param>
/// <param name="Key">The record's key.</param>
public readonly record struct Tombstone(long Offset, byte[] Key);

/// <summary>
/// The pairs of a range [From, To): row i of the three buffers belongs to <see cref="Pairs"/>[i], in offset order. Offsets
/// of the range that appear neither in pairs, tombstones nor dead letters hold no record.
/// The buffers are rented from <see cref="ArrayPool{T}.Shared"/>; whoever holds the chunk owns them and calls
/// <see cref="ReturnBuffers"/> exactly once, when the rows are copied or the chunk is dropped.
/// </summary>
public sealed class PairChunk
{
    private byte[]? _query, _key, _clean;

    /// <summary>Takes ownership of three rented buffers of at least pairs x rowBytes bytes of their kind.</summary>
    public PairChunk(RecordChunk source, IReadOnlyList<PairMeta> pairs, IReadOnlyList<Tombstone> tombstones, IReadOnlyList<long> deadLetterOffsets,
        RowSizes rowBytes, byte[] query, byte[] key, byte[] clean)
    {
        (Partition, From, To) = (source.Partition, source.From, source.To);
        (LineageEpoch, Assignment, Trace) = (source.LineageEpoch, source.Assignment, source.Trace);
        (Pairs, Tombstones, DeadLetterOffsets, RowBytes) = (pairs, tombstones, deadLetterOffsets, rowBytes);
        (_query, _key, _clean) = (query, key, clean);
    }

    /// <summary>The pairs of an empty range: it has no buffers.</summary>
    public static PairChunk Empty(RecordChunk source) => new(source, [], [], [], 0, [], [], []);

    /// <summary>The partition.</summary>
    public PartitionId Partition { get; }

    /// <summary>First offset of the range.</summary>
    public long From { get; }

    /// <summary>First offset after the range.</summary>
    public long To { get; }

    /// <summary>The trainer's epoch whose offset table this reading follows.</summary>
    public long LineageEpoch { get; }

    /// <summary>The reading of the partition that this chunk belongs to.</summary>
    public AssignmentEpoch Assignment { get; }

    /// <summary>Trace of the chunk.</summary>
    public ChunkTrace Trace { get; }

    /// <summary>The pairs, in offset order.</summary>
    public IReadOnlyList<PairMeta> Pairs { get; }

    /// <summary>Records with a null value.</summary>
    public IReadOnlyList<Tombstone> Tombstones { get; }

    /// <summary>Offsets whose records went to the dead-letter topic, acknowledged by the broker, in order.</summary>
    public IReadOnlyList<long> DeadLetterOffsets { get; }

    /// <summary>Bytes of a row of each kind.</summary>
    public RowSizes RowBytes { get; }

    /// <summary>Records of the range: pairs, tombstones and dead letters.</summary>
    public int RecordCount => Pairs.Count + Tombstones.Count + DeadLetterOffsets.Count;

    /// <summary>Query rows, [Pairs.Count x RowBytes.Query].</summary>
    public ReadOnlySpan<byte> Query => Rows(_query, RowBytes.Query);

    /// <summary>Key rows, [Pairs.Count x RowBytes.Key].</summary>
    public ReadOnlySpan<byte> Key => Rows(_key, RowBytes.Key);

    /// <summary>Unaugmented rows, [Pairs.Count x RowBytes.Clean].</summary>
    public ReadOnlySpan<byte> Clean => Rows(_clean, RowBytes.Clean);

    /// <summary>Gives the buffers back; the rows must not be read afterwards. A second call does nothing.</summary>
    public void ReturnBuffers()
    {
        Return(ref _query);
        Return(ref _key);
        Return(ref _clean);
    }

    private static void Return(ref byte[]? buffer)
    {
        if (Interlocked.Exchange(ref buffer, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private ReadOnlySpan<byte> Rows(byte[]? buffer, int rowBytes) =>
        (buffer ?? throw new ObjectDisposedException(nameof(PairChunk), $"The buffers of {Partition} [{From}, {To}) were already returned."))
        .AsSpan(0, Pairs.Count * rowBytes);
}
