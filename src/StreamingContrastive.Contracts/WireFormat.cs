namespace StreamingContrastive.Contracts;

/// <summary>How a value is written.</summary>
public enum WireFormat
{
    /// <summary>The messages of topology/contracts; content type <see cref="MediaTypes.Protobuf"/>.</summary>
    Protobuf,

    /// <summary>The same fields as JSON; content type <see cref="MediaTypes.Json"/>.</summary>
    Json,

    /// <summary>
    /// Embeddings as points for Qdrant's Kafka Connect sink (<see cref="QdrantPointIds"/>), JSON; content type
    /// <see cref="MediaTypes.QdrantPoint"/>. Metrics and announcements have no such form.
    /// </summary>
    Qdrant,
}
