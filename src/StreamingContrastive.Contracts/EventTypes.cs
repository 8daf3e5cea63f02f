namespace StreamingContrastive.Contracts;

/// <summary>Values of the <see cref="HeaderNames.Type"/> header. A new incompatible value format gets a new suffix.</summary>
public static class EventTypes
{
    /// <summary>An embedding.</summary>
    public const string Embedding = "streamingcontrastive.embedding.v1";

    /// <summary>The record of an embedding was deleted.</summary>
    public const string Tombstone = "streamingcontrastive.tombstone.v1";

    /// <summary>Metrics of the trainer.</summary>
    public const string Metrics = "streamingcontrastive.metrics.v1";

    /// <summary>A model version became durable.</summary>
    public const string ModelVersion = "streamingcontrastive.modelversion.v1";
}
