using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>
/// outbox.bin, little-endian: "SCOUTBOX", version (u32), record count (u32), for each record its length (u32) and body, CRC-32
/// of everything before it (u32). Body: topic, key, value, timestamp (i64), header count (i32), for each header name and value;
/// byte strings have a length (i32) before them, -1 for null. Every length is checked against what is left before anything is
/// allocated. Not protobuf: keys and values are opaque, so a schema would buy nothing, and the contract stays with the topics.
/// </summary>
internal static class OutboxFile
{
    public const uint Version = 1;
    private const int MaxRecordBytes = 256 * 1024 * 1024;

    private static ReadOnlySpan<byte> Magic => "SCOUTBOX"u8;

    /// <summary>Writes all records.</summary>
    public static void Write(Stream stream, Outbox outbox)
    {
        var crc = new Crc32();
        var buffer = new ArrayBufferWriter<byte>(1024);
        buffer.Write(Magic);
        WriteUInt32(buffer, Version);
        WriteUInt32(buffer, (uint)outbox.Records.Count);
        Flush(stream, crc, buffer);

        var body = new ArrayBufferWriter<byte>(1024);
        foreach (var record in outbox.Records)
        {
            body.ResetWrittenCount();
            WriteBody(body, record);
            WriteUInt32(buffer, (uint)body.WrittenCount);
            buffer.Write(body.WrittenSpan);
            Flush(stream, crc, buffer);
        }

        WriteUInt32(buffer, crc.GetCurrentHashAsUInt32());
        stream.Write(buffer.WrittenSpan);
    }

    /// <summary>Reads a file from a stream that can seek. Anything wrong is an <see cref="InvalidDataException"/> that names record and position.</summary>
    public static Outbox Read(Stream stream)
    {
        var crc = new Crc32();
        Span<byte> head = stackalloc byte[16];
        Fill(stream, head, crc, "header");
        if (!head.StartsWith(Magic))
        {
            throw new InvalidDataException("The outbox does not begin with SCOUTBOX: it is not an outbox file.");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        if (version != Version)
        {
            throw new InvalidDataException($"The outbox has version {version}; version {Version} is read.");
        }

        var count = BinaryPrimitives.ReadUInt32LittleEndian(head[12..]);
        var outbox = new Outbox();
        for (uint i = 0; i < count; i++)
        {
            outbox.Add(ReadRecord(stream, crc, i));
        }

        var expected = crc.GetCurrentHashAsUInt32();
        var actual = ReadUInt32(stream, crc, "checksum");
        if (actual != expected || stream.Position != stream.Length)
        {
            throw new InvalidDataException($"The outbox's CRC-32 at byte {stream.Position - 4} is {actual:x8}, its content gives {expected:x8}, and {stream.Length - stream.Position} bytes follow it.");
        }

        return outbox;
    }

    private static OutputRecord ReadRecord(Stream stream, Crc32 crc, uint index)
    {
        var at = stream.Position;
        var length = ReadUInt32(stream, crc, $"record {index}");
        if (length > MaxRecordBytes || length > stream.Length - stream.Position)
        {
            throw new InvalidDataException($"Record {index} of the outbox, at byte {at}, claims {length} bytes; {stream.Length - stream.Position} are left.");
        }

        var rented = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var body = rented.AsSpan(0, (int)length);
            Fill(stream, body, crc, $"record {index}");
            return new OutboxCursor(body, index, at).ReadRecord();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void WriteBody(ArrayBufferWriter<byte> body, OutputRecord record)
    {
        WriteBytes(body, Encoding.UTF8.GetBytes(record.Topic));
        WriteBytes(body, record.Key);
        WriteBytes(body, record.Value);
        BinaryPrimitives.WriteInt64LittleEndian(body.GetSpan(8), record.TimestampUnixMs);
        body.Advance(8);
        WriteUInt32(body, (uint)record.Headers.Count);
        foreach (RecordHeader header in record.Headers)
        {
            WriteBytes(body, Encoding.UTF8.GetBytes(header.Key));
            WriteBytes(body, header.Value);
        }
    }

    private static void WriteBytes(ArrayBufferWriter<byte> writer, byte[]? bytes)
    {
        WriteUInt32(writer, (uint)(bytes?.Length ?? -1));
        writer.Write(bytes);
    }

    private static void WriteUInt32(ArrayBufferWriter<byte> writer, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(writer.GetSpan(4), value);
        writer.Advance(4);
    }

    private static void Flush(Stream stream, Crc32 crc, ArrayBufferWriter<byte> buffer)
    {
        crc.Append(buffer.WrittenSpan);
        stream.Write(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
    }

    private static uint ReadUInt32(Stream stream, Crc32 crc, string what)
    {
        Span<byte> bytes = stackalloc byte[4];
        Fill(stream, bytes, crc, what);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private static void Fill(Stream stream, Span<byte> target, Crc32 crc, string what)
    {
        var at = stream.Position;
        if (stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
        {
            throw new InvalidDataException($"The outbox ends within its {what}, at byte {at}: it was cut off.");
        }

        crc.Append(target);
    }
}
