using StreamingContrastive.Contracts;

namespace StreamingContrastive.Pipeline.Records;

/// <summary>A message that waits to be produced: an embedding, a tombstone, metrics, a model version or a dead letter.</summary>
/// <param name="Topic">Topic to produce to.</param>
/// <param name="Key">Key bytes, or null.</param>
/// <param name="Value">Value bytes; null is a tombstone.</param>
/// <param name="Headers">Headers, in order.</param>
/// <param name="TimestampUnixMs">Kafka timestamp in milliseconds since 1970, or -1 for the broker's.</param>
/// <param name="Partition">Partition to produce to, or null for the key's (murmur2_random).</param>
public sealed record OutputRecord(string Topic, byte[]? Key, byte[]? Value, IReadOnlyList<RecordHeader> Headers, long TimestampUnixMs, int? Partition = null);
