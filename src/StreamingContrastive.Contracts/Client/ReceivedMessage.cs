namespace StreamingContrastive.Contracts.Client;

/// <summary>A message as it was consumed.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Offset">Offset.</param>
/// <param name="TimestampUnixMs">Kafka timestamp in milliseconds since 1970, or -1.</param>
/// <param name="Key">Key bytes, or null.</param>
/// <param name="Value">Value bytes, or null.</param>
/// <param name="Headers">Headers, in order.</param>
public sealed record ReceivedMessage(
    string Topic, int Partition, long Offset, long TimestampUnixMs, byte[]? Key, byte[]? Value, IReadOnlyList<RecordHeader> Headers);

/// <summary>An embedding or a tombstone and where it stands in the topic of embeddings.</summary>
/// <param name="Partition">Partition of the topic of embeddings.</param>
/// <param name="Offset">Offset in that partition.</param>
/// <param name="Message">A <see cref="PublishedEmbedding"/> or a <see cref="PublishedTombstone"/>.</param>
public sealed record ReceivedEmbedding(int Partition, long Offset, EmbeddingMessage Message);
