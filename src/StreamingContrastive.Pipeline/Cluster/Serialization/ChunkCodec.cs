using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>
/// A chunk: length of the header, header, query rows, key rows, clean rows. Rows are copied once on either side: from rented buffers into
/// the array that Akka asks for, which must have exactly the message's length and so cannot be rented; and from the array that Akka hands over
/// into rented buffers, so that the chunk is owned as every other chunk is. What remoting copies beyond that (into the payload, the
/// envelope, the frame, and back) is its own.
/// </summary>
internal sealed class ChunkCodec() : MessageCodec("chunk", typeof(ChunkReady))
{
    private const int LengthBytes = sizeof(uint);

    // Every record has at most a pair, a tombstone or an (unpacked) dead letter, and the header some twenty fields of its own or of later versions.
    private const int MaxHeaderFields = RecordChunk.MaxRecords + 64;

    private static readonly MessageParser<Wire.ChunkHeader> _parser = Wire.ChunkHeader.Parser.WithDiscardUnknownFields(true);

    /// <inheritdoc />
    public override byte[] Encode(object message)
    {
        var ready = (ChunkReady)message;
        var chunk = ready.Chunk;
        var header = ChunkHeaderWire.Write(chunk, ready.Sent);
        var headerBytes = header.CalculateSize();
        var rowBytes = RowBytes(chunk.Pairs.Count, chunk.RowBytes);
        var total = LengthBytes + headerBytes + rowBytes;
        if (total > WireChecks.MaxMessageBytes)
        {
            throw new ClusterMessageException(
                $"{chunk.Partition} [{chunk.From}, {chunk.To}) would be a message of {total} bytes ({chunk.Pairs.Count} pairs of {chunk.RowBytes}); the limit is {WireChecks.MaxMessageBytes}. Views of this size are too large for a remote ingest: make them smaller, or run ingest and trainer in one process.");
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)total);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)headerBytes);
        header.WriteTo(bytes.AsSpan(LengthBytes, headerBytes));
        if (rowBytes > 0)
        {
            var rows = bytes.AsSpan(LengthBytes + headerBytes);
            chunk.Query.CopyTo(rows);
            chunk.Key.CopyTo(rows[chunk.Query.Length..]);
            chunk.Clean.CopyTo(rows[(chunk.Query.Length + chunk.Key.Length)..]);
        }

        return bytes;
    }

    /// <inheritdoc />
    public override object Decode(byte[] bytes)
    {
        WireChecks.Length(Manifest, bytes.Length, WireChecks.MaxMessageBytes);
        if (bytes.Length < LengthBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) is var headerBytes && headerBytes > bytes.Length - LengthBytes)
        {
            throw new ClusterMessageException($"A 'chunk' message from another node is truncated: it has {bytes.Length} bytes, fewer than its header.");
        }

        var header = WireChecks.Parse(Manifest, _parser, bytes.AsSpan(LengthBytes, (int)headerBytes), MaxHeaderFields);
        var sizes = new RowSizes(Size(header.QueryRowBytes), Size(header.KeyRowBytes), Size(header.CleanRowBytes));
        var rows = bytes.AsSpan(LengthBytes + (int)headerBytes);
        var pairs = header.Pairs.Count;
        if (RowBytes(pairs, sizes) != rows.Length)
        {
            throw new ClusterMessageException($"A 'chunk' message from another node says {pairs} pairs of {sizes}, which is {RowBytes(pairs, sizes)} bytes of rows; it has {rows.Length}.");
        }

        var source = ChunkHeaderWire.Source(header);
        var (metas, tombstones, letters) = (ChunkHeaderWire.Pairs(header), ChunkHeaderWire.Tombstones(header), ChunkHeaderWire.Letters(header));
        var sent = IngestWire.Read(header.Sent);

        // Nothing is refused below this line: what is rented has an owner.
        var (query, key) = (pairs * sizes.Query, pairs * sizes.Key);
        var chunk = pairs == 0
            ? new PairChunk(source, metas, tombstones, letters, sizes, [], [], [])
            : new PairChunk(source, metas, tombstones, letters, sizes, Rent(rows[..query]), Rent(rows.Slice(query, key)), Rent(rows[(query + key)..]));
        return new ChunkReady(chunk, sent);
    }

    private static byte[] Rent(ReadOnlySpan<byte> rows)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Math.Max(1, rows.Length));
        rows.CopyTo(rented);
        return rented;
    }

    private static long RowBytes(int pairs, RowSizes sizes) => pairs * ((long)sizes.Query + sizes.Key + sizes.Clean);

    private static int Size(int rowBytes) => rowBytes >= 0
        ? rowBytes
        : throw new ClusterMessageException($"A 'chunk' message from another node has rows of {rowBytes} bytes.");
}
