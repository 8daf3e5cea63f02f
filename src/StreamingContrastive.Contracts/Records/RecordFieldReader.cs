namespace StreamingContrastive.Contracts.Records;

/// <summary>
/// Walks over the fields of one protobuf message without copying or allocating: the generated parser makes an object of every empty
/// part before anybody can count them, and two bytes make one.
/// </summary>
/// <param name="message">The message's bytes.</param>
internal ref struct RecordFieldReader(ReadOnlySpan<byte> message)
{
    private const int VarintBytes = 10;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _next;

    /// <summary>Number of the present field.</summary>
    public int Field { get; private set; }

    /// <summary>Whether the present field holds bytes (length-delimited).</summary>
    public bool HasBytes { get; private set; }

    /// <summary>Whether the present field is a number (varint).</summary>
    public bool HasNumber { get; private set; }

    /// <summary>Its number, where it is one.</summary>
    public ulong Number { get; private set; }

    /// <summary>Where its bytes lie in the message.</summary>
    public Range Bytes { get; private set; }

    /// <summary>Goes to the next field; false at the end.</summary>
    /// <exception cref="WireFormatException">The bytes are no protobuf message.</exception>
    public bool MoveNext()
    {
        if (_next == _message.Length)
        {
            return false;
        }

        var tag = Varint();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        (HasBytes, HasNumber) = (false, false);
        switch (tag & 7)
        {
            case 0:
                (HasNumber, Number) = (true, Varint());
                return true;
            case 1:
                Skip(sizeof(ulong));
                return true;
            case 2:
                var length = Varint();
                var from = _next;
                Skip(length);
                (HasBytes, Bytes) = (true, from.._next);
                return true;
            case 5:
                Skip(sizeof(uint));
                return true;
            default:
                throw new WireFormatException($"Byte {_next} begins a field of wire type {tag & 7}, which a Record has none of; is the value topology/contracts/record.proto?");
        }
    }

    private void Skip(ulong bytes)
    {
        if (bytes > (ulong)(_message.Length - _next))
        {
            throw new WireFormatException($"A field at byte {_next} claims {bytes} bytes and {_message.Length - _next} are left: the record is cut short or is no protobuf.");
        }

        _next += (int)bytes;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var i = 0; i < VarintBytes && _next < _message.Length; i++)
        {
            var one = _message[_next++];
            value |= (ulong)(one & 0x7F) << (7 * i);
            if (one < 0x80)
            {
                return value;
            }
        }

        throw new WireFormatException($"A number at byte {_next} does not end: the record is cut short or is no protobuf.");
    }
}
