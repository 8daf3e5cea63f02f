namespace StreamingContrastive.Contracts;

/// <summary>A message of NAME.embeddings, or of NAME.embeddings.PART: <see cref="PublishedEmbedding"/> or <see cref="PublishedTombstone"/>.</summary>
public abstract record EmbeddingMessage
{
    /// <summary>Key of the record. Null stands for "the record has none": it is published under its position instead.</summary>
    public byte[]? Key { get; init; }

    /// <summary>Where the record was read. Null only for a tombstone that no pipeline wrote.</summary>
    public SourcePosition? Source { get; init; }

    /// <summary>The record's part that the message is of, where records have several; null where they have one.</summary>
    public string? Part { get; init; }

    /// <summary>The trainer start that published the message, from 1.</summary>
    public long LineageEpoch { get; init; }

    /// <summary>Optimizer steps done when the record was trained.</summary>
    public long Step { get; init; }

    /// <summary>The record's event time in milliseconds since 1970, or -1.</summary>
    public long EventTimeUnixMs { get; init; } = -1;

    /// <summary>W3C traceparent: the trace that the record's producer began, or null.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The producer's W3C tracestate, or null; only beside <see cref="TraceParent"/>.</summary>
    public string? TraceState { get; init; }

    /// <summary>The ce_id of a message that was read; null on one that is yet to be written, whose id follows from the rest.</summary>
    public string? Id { get; init; }

    /// <summary>The pipeline of a message that was read; null on one that is yet to be written: its encoder knows.</summary>
    public string? Pipeline { get; init; }
}

/// <summary>One record's vector. Vectors whose <see cref="SpaceId"/> differs must never be compared.</summary>
public sealed record PublishedEmbedding : EmbeddingMessage
{
    /// <summary>The vector. Compared by reference, as memory is: compare contents with SequenceEqual.</summary>
    public required ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>True when the vector has unit L2 length.</summary>
    public required bool Normalised { get; init; }

    /// <summary>The snapshot that computed the vector.</summary>
    public required long ModelVersion { get; init; }

    /// <summary>Hash of architecture, dimension and normalisation.</summary>
    public required string SpaceId { get; init; }
}

/// <summary>The record was deleted: its embedding is to be deleted too.</summary>
public sealed record PublishedTombstone : EmbeddingMessage;
