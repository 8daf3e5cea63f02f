using Google.Protobuf;

namespace StreamingContrastive.Contracts;

/// <summary>Turns the protobuf library's complaints into ours.</summary>
internal static class WireParsing
{
    public static T Parse<T>(MessageParser<T> parser, byte[] value)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(value);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new WireFormatException(
                $"The value ({value.Length} bytes) is no {typeof(T).Name} message of topology/contracts although its content type says so: {e.Message}", e);
        }
    }

    public static long Int64(ulong number, string field) => number <= long.MaxValue
        ? (long)number
        : throw new WireFormatException($"The field {field} is {number}; at most {long.MaxValue} is allowed.");

    public static void Limit(byte[] value, int maxValueBytes)
    {
        if (value.Length > maxValueBytes)
        {
            throw new WireFormatException(
                $"The value has {value.Length} bytes, the limit is {maxValueBytes}. Raise the reader's limit if values are that long.");
        }
    }
}
