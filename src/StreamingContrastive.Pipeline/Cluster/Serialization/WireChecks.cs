using Google.Protobuf;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>
/// What is checked of bytes from another node before anything is allocated for them, and of fields before they are believed. An absent
/// field of protobuf reads as zero, so whatever must be there is checked for by its own range.
/// </summary>
internal static class WireChecks
{
    /// <summary>Longest message, header and rows: a chunk of 1 MiB, or one record whose views alone are longer.</summary>
    public const int MaxMessageBytes = ClusterLimits.MaxRecordBytes + ClusterLimits.MaxBytesBesideRows;

    /// <summary>Longest control message: an offset table of tens of thousands of partitions.</summary>
    public const int MaxControlBytes = 1024 * 1024;

    /// <summary>Most fields of a control message, repeated ones counted one by one.</summary>
    public const int MaxControlFields = 32 * 1024;

    /// <summary>Refuses a length.</summary>
    public static void Length(string manifest, long bytes, int most)
    {
        if (bytes > most)
        {
            throw new ClusterMessageException($"A '{manifest}' message between nodes would have {bytes} bytes, the limit is {most}.");
        }
    }

    /// <summary>Parses, after the fields were counted: two bytes can become an object of a hundred.</summary>
    public static T Parse<T>(string manifest, MessageParser<T> parser, ReadOnlySpan<byte> bytes, int mostFields)
        where T : IMessage<T>
    {
        if (!TopLevelFields.TryCount(bytes, mostFields, out var fields))
        {
            throw new ClusterMessageException(fields > mostFields
                ? $"A '{manifest}' message from another node has more than the {mostFields} fields that it may have."
                : $"A '{manifest}' message from another node ({bytes.Length} bytes) is truncated, or none: its fields do not end where it ends.");
        }

        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ClusterMessageException($"A '{manifest}' message from another node ({bytes.Length} bytes) is none of topology/contracts/cluster.proto: {e.Message}", e);
        }
    }

    /// <summary>A message inside of another that must be there.</summary>
    public static T Present<T>(T? field, string name)
        where T : class => field ?? throw new ClusterMessageException($"A message from another node lacks the field {name}. Nodes of one cluster may be one minor version apart, not more.");

    /// <summary>16 bytes.</summary>
    public static Guid Id(ByteString bytes, string name) => bytes.Length == 16
        ? new Guid(bytes.Span)
        : throw new ClusterMessageException($"The field {name} of a message from another node has {bytes.Length} bytes; an id has 16.");

    /// <summary>A number of at least 0.</summary>
    public static long Count(long number, string name) => number >= 0
        ? number
        : throw new ClusterMessageException($"The field {name} of a message from another node is {number}; it cannot be negative.");

    /// <summary>A partition with a name and a number.</summary>
    public static PartitionId Partition(Wire.PartitionOffset? position, string name)
    {
        var given = Present(position, name);
        return given.Topic.Length > 0 && given.Partition >= 0
            ? new PartitionId(given.Topic, given.Partition)
            : throw new ClusterMessageException($"The field {name} of a message from another node names no partition: topic '{given.Topic}', number {given.Partition}.");
    }

    /// <summary>A time in UTC ticks; default for 0.</summary>
    public static DateTimeOffset Time(long ticks, string name) => ticks >= 0 && ticks <= DateTimeOffset.MaxValue.Ticks
        ? ticks == 0 ? default : new DateTimeOffset(ticks, TimeSpan.Zero)
        : throw new ClusterMessageException($"The field {name} of a message from another node is {ticks} ticks; that is no time.");
}
