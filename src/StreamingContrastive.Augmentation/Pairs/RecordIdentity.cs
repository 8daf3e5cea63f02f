using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace StreamingContrastive.Augmentation.Pairs;

/// <summary>
/// The 64-bit identities of records: XxHash3, seed 0 unless said otherwise. They are stored in checkpoints and published, so they are
/// the same in every process, on every machine and in every version; tests pin them.
/// </summary>
public static class RecordIdentity
{
    private const int StackBytes = 512;

    /// <summary>Identity of a record with a key: equal for re-observations of one entity.</summary>
    /// <param name="key">The key's bytes.</param>
    public static long RecordId(ReadOnlySpan<byte> key) => unchecked((long)XxHash3.HashToUInt64(key));

    /// <summary>Identity of a record without a key: its position (partition and offset little-endian, seeded by the topic's hash).</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="partition">Partition number.</param>
    /// <param name="offset">Offset.</param>
    public static long PositionId(string topic, int partition, long offset)
    {
        Span<byte> position = stackalloc byte[sizeof(int) + sizeof(long)];
        BinaryPrimitives.WriteInt32LittleEndian(position, partition);
        BinaryPrimitives.WriteInt64LittleEndian(position[sizeof(int)..], offset);
        return unchecked((long)XxHash3.HashToUInt64(position, (long)TopicHash(topic)));
    }

    /// <summary>Identity of a value: equal for byte-identical inputs.</summary>
    /// <param name="value">The value's bytes.</param>
    public static long InputHash(ReadOnlySpan<byte> value) => unchecked((long)XxHash3.HashToUInt64(value));

    /// <summary>Identity of a topic: hash of its name in UTF-8.</summary>
    /// <param name="topic">Topic name.</param>
    public static ulong TopicHash(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        int most = Encoding.UTF8.GetMaxByteCount(topic.Length);

        // Kafka names are at most 249 ASCII characters; GetMaxByteCount is three times that, so longer names take the exact count.
        Span<byte> buffer = stackalloc byte[StackBytes];
        if (most > StackBytes && Encoding.UTF8.GetByteCount(topic) > StackBytes)
        {
            buffer = new byte[Encoding.UTF8.GetByteCount(topic)];
        }

        return XxHash3.HashToUInt64(buffer[..Encoding.UTF8.GetBytes(topic, buffer)]);
    }
}
