using System.Buffers.Binary;
using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Reads the body of one outbox record and never beyond it.</summary>
internal ref struct OutboxCursor(ReadOnlySpan<byte> body, uint index, long at)
{
    private const int SmallestHeader = 8;
    private readonly ReadOnlySpan<byte> _body = body;
    private int _position;

    public OutputRecord ReadRecord()
    {
        var topic = ReadText("topic");
        var key = ReadBytes("key");
        var value = ReadBytes("value");
        var timestamp = BinaryPrimitives.ReadInt64LittleEndian(Take(8, "timestamp"));
        var count = BinaryPrimitives.ReadInt32LittleEndian(Take(4, "header count"));
        if (count < 0 || count > (_body.Length - _position) / SmallestHeader)
        {
            throw Bad($"header count {count}");
        }

        var headers = new RecordHeader[count];
        for (var i = 0; i < count; i++)
        {
            headers[i] = new(ReadText("header name"), ReadBytes("header value"));
        }

        return _position == _body.Length ? new(topic, key, value, headers, timestamp) : throw Bad("end of the record");
    }

    private string ReadText(string what) => Encoding.UTF8.GetString(ReadBytes(what) ?? throw Bad(what));

    private byte[]? ReadBytes(string what)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(Take(4, what));
        return length == -1 ? null : Take(length, what).ToArray();
    }

    private ReadOnlySpan<byte> Take(int length, string what)
    {
        if (length < 0 || length > _body.Length - _position)
        {
            throw Bad(what);
        }

        var taken = _body.Slice(_position, length);
        _position += length;
        return taken;
    }

    private readonly InvalidDataException Bad(string what) =>
        new($"Record {index} of the outbox, at byte {at}, does not fit its {_body.Length} bytes: {what} at byte {_position} of it.");
}
