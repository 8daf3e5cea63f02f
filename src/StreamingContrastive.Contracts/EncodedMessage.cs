namespace StreamingContrastive.Contracts;

/// <summary>A message that is ready to be produced.</summary>
/// <param name="Key">Key bytes; null only where the topic allows it (dead letters).</param>
/// <param name="Value">Value bytes; null is a tombstone.</param>
/// <param name="Headers">Headers, in order.</param>
/// <param name="TimestampUnixMs">Kafka timestamp in milliseconds since 1970, or -1 for the broker's.</param>
public readonly record struct EncodedMessage(byte[]? Key, byte[]? Value, IReadOnlyList<RecordHeader> Headers, long TimestampUnixMs);
