using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamingContrastive.Contracts;

/// <summary>The JSON form of an embedding: the fields of embedding.proto in camel case, the vector as an array of numbers.</summary>
internal static class EmbeddingJson
{
    public static byte[] Encode(PublishedEmbedding embedding, SourcePosition source) => JsonSerializer.SerializeToUtf8Bytes(
        new EmbeddingDocument
        {
            Vector = embedding.Vector,
            Dimension = embedding.Vector.Length,
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
        ContractJsonContext.Default.EmbeddingDocument);

    public static PublishedEmbedding Decode(byte[] value)
    {
        EmbeddingDocument document = JsonParsing.Parse(value, ContractJsonContext.Default.EmbeddingDocument);
        if (document.Vector.Length != document.Dimension || document.Dimension == 0)
        {
            throw new WireFormatException(
                $"The vector has {document.Vector.Length} numbers and dimension is {document.Dimension}; they are equal and at least 1.");
        }

        return new PublishedEmbedding
        {
            Vector = document.Vector,
            Normalised = document.Normalised,
            ModelVersion = document.ModelVersion,
            SpaceId = document.SpaceId,
            LineageEpoch = document.LineageEpoch,
            Step = document.Step,
            Source = new SourcePosition(document.SourceTopic, document.SourcePartition, document.SourceOffset),
            EventTimeUnixMs = document.EventTimeUnixMs ?? -1,
            Part = document.Part,
        };
    }
}

/// <summary>An embedding as JSON.</summary>
internal sealed record EmbeddingDocument
{
    public required ReadOnlyMemory<float> Vector { get; init; }

    public required int Dimension { get; init; }

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

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Part { get; init; }
}
