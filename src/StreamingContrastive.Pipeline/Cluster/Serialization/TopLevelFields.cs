namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>
/// Counts the fields of a protobuf message without making anything of them (https://protobuf.dev/programming-guides/encoding): the parser
/// makes an object of every entry of a repeated field, and an entry can be two bytes long.
/// </summary>
internal static class TopLevelFields
{
    /// <summary>False where the bytes end inside of a field, use an unknown wire type, or hold more than <paramref name="most"/>.</summary>
    public static bool TryCount(ReadOnlySpan<byte> message, int most, out int fields)
    {
        fields = 0;
        while (!message.IsEmpty)
        {
            if (!TryVarint(ref message, out var tag) || ++fields > most || !TrySkip(ref message, (int)(tag & 7)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> rest, int wireType)
    {
        ulong length;
        switch (wireType)
        {
            case 0:
                return TryVarint(ref rest, out _);
            case 1:
                length = 8;
                break;
            case 2:
                if (!TryVarint(ref rest, out length))
                {
                    return false;
                }

                break;
            case 5:
                length = 4;
                break;
            default:
                return false; // Groups are no longer written, by nobody.
        }

        if (length > (ulong)rest.Length)
        {
            return false;
        }

        rest = rest[(int)length..];
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var i = 0; i < 10 && i < rest.Length; i++)
        {
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
