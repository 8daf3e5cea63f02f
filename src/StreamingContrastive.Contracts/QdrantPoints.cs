using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace StreamingContrastive.Contracts;

/// <summary>
/// Values and keys in the record shape of Qdrant's sink connector for Kafka Connect (its README, "Message Formats" and "Delete events
/// and tombstones"): an unnamed vector, a UUID as id, and the pipeline's name as collection, which the connector's
/// qdrant.collection.name may replace.
/// </summary>
internal static class QdrantPoints
{
    public static byte[] Key(string pipeline, Guid id) =>
        JsonSerializer.SerializeToUtf8Bytes(new QdrantKeyDocument { Id = id, CollectionName = pipeline }, ContractJsonContext.Default.QdrantKeyDocument);

    public static byte[] Encode(PublishedEmbedding embedding, SourcePosition source, string pipeline, Guid id, ReadOnlySpan<byte> key)
    {
        bool isText = Utf8.IsValid(key);
        return JsonSerializer.SerializeToUtf8Bytes(
            new QdrantPointDocument
            {
                CollectionName = pipeline,
                Id = id,
                Vector = embedding.Vector,
                Payload = new QdrantPayloadDocument
                {
                    Key = isText ? Encoding.UTF8.GetString(key) : null,
                    KeyBase64 = isText ? null : Convert.ToBase64String(key),
                    Normalised = embedding.Normalised,
                    ModelVersion = embedding.ModelVersion,
                    SpaceId = embedding.SpaceId,
                    LineageEpoch = embedding.LineageEpoch,
                    Step = embedding.Step,
                    SourceTopic = source.Topic,
                    SourcePartition = source.Partition,
                    SourceOffset = source.Offset,
                    EventTimeUnixMs = embedding.EventTimeUnixMs >= 0 ? embedding.EventTimeUnixMs : null,
                    Part = embedding.Part,
                },
            },
            ContractJsonContext.Default.QdrantPointDocument);
    }

    public static PublishedEmbedding Decode(byte[] value)
    {
        QdrantPointDocument point = JsonParsing.Parse(value, ContractJsonContext.Default.QdrantPointDocument);
        if (point.Vector.IsEmpty)
        {
            throw new WireFormatException($"The vector of point {point.Id} has no numbers; at least one is expected.");
        }

        QdrantPayloadDocument payload = point.Payload;
        return new PublishedEmbedding
        {
            Vector = point.Vector,
            Normalised = payload.Normalised,
            ModelVersion = payload.ModelVersion,
            SpaceId = payload.SpaceId,
            LineageEpoch = payload.LineageEpoch,
            Step = payload.Step,
            Source = new SourcePosition(payload.SourceTopic, payload.SourcePartition, payload.SourceOffset),
            EventTimeUnixMs = payload.EventTimeUnixMs ?? -1,
            Part = payload.Part,
        };
    }
}

/// <summary>Key of a point and of its tombstone.</summary>
internal sealed record QdrantKeyDocument
{
    public required Guid Id { get; init; }

    [JsonPropertyName("collection_name")]
    public required string CollectionName { get; init; }
}

/// <summary>A point.</summary>
internal sealed record QdrantPointDocument
{
    [JsonPropertyName("collection_name")]
    public required string CollectionName { get; init; }

    public required Guid Id { get; init; }

    public required ReadOnlyMemory<float> Vector { get; init; }

    public required QdrantPayloadDocument Payload { get; init; }
}

/// <summary>What Qdrant keeps beside the vector, to filter by and to find the record again.</summary>
internal sealed record QdrantPayloadDocument
{
    /// <summary>The record's key where it is UTF-8 text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    /// <summary>The record's key where it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? KeyBase64 { get; init; }

    public required bool Normalised { get; init; }

    public required long ModelVersion { get; init; }

    public required string SpaceId { get; init; }

    public required long LineageEpoch { get; init; }

    public required long Step { get; init; }

    public required string SourceTopic { get; init; }

    public required int SourcePartition { get; init; }

    public required long SourceOffset { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? EventTimeUnixMs { get; init; }

    /// <summary>The record's part, where records have several: one collection holds them all, and a search may filter by it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Part { get; init; }
}
