namespace StreamingContrastive.Contracts;

/// <summary>What each topic of a pipeline is for.</summary>
public enum TopicRole
{
    /// <summary>The records that are consumed.</summary>
    Input,

    /// <summary>Vectors and tombstones.</summary>
    Embeddings,

    /// <summary>Measurements.</summary>
    Metrics,

    /// <summary>Model versions.</summary>
    Models,

    /// <summary>Refused records.</summary>
    DeadLetters,
}

/// <summary>One topic of a pipeline as topology/topics.json wants it.</summary>
public sealed record TopicSpecification
{
    /// <summary>What it is for.</summary>
    public required TopicRole Role { get; init; }

    /// <summary>Its name; in the file a pattern with {pipeline} or {input}.</summary>
    public required string Name { get; init; }

    /// <summary>Partitions to create it with, at least 1.</summary>
    public required int Partitions { get; init; }

    /// <summary>Replicas, or -1 for the broker's default.</summary>
    public required short ReplicationFactor { get; init; }

    /// <summary>Kafka's own topic settings.</summary>
    public required IReadOnlyDictionary<string, string> Config { get; init; }

    /// <summary>What its keys are.</summary>
    public required string Key { get; init; }

    /// <summary>What its values are.</summary>
    public required string Value { get; init; }

    /// <summary>What it is for, in a sentence.</summary>
    public required string Description { get; init; }
}
