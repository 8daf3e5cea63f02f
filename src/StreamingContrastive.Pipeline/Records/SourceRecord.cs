using StreamingContrastive.Contracts;

namespace StreamingContrastive.Pipeline.Records;


/// <summary>One Kafka message as it was consumed; nothing in it is changed, so that a dead letter can carry all of it.</summary>
/// <param name="Offset">Offset in its partition.</param>
/// <param name="TimestampUnixMs">Event time in milliseconds since 1970, or -1.</param>
/// <param name="Key">Key bytes, or null.</param>
/// <param name="Value">Value bytes; null is a tombstone, empty is poison.</param>
/// <param name="Headers">Headers, possibly empty.</param>
public sealed record SourceRecord(long Offset, long TimestampUnixMs, byte[]? Key, byte[]? Value, IReadOnlyList<RecordHeader> Headers);
