namespace StreamingContrastive.Pipeline.Kafka.Topics;

/// <summary>A topic that should exist.</summary>
/// <param name="Name">Name.</param>
/// <param name="Partitions">Number of partitions, at least 1.</param>
/// <param name="ReplicationFactor">Replicas; -1, the default, takes the broker's default.</param>
/// <param name="Config">Topic settings such as cleanup.policy; used only when it is created. Default none.</param>
public sealed record TopicSpec(string Name, int Partitions, short ReplicationFactor = -1, IReadOnlyDictionary<string, string>? Config = null);

/// <summary>What became of a <see cref="TopicSpec"/>.</summary>
public enum TopicOutcome
{
    /// <summary>It was created as asked for.</summary>
    Created,

    /// <summary>The broker has no CreateTopics and made it because it was named: with its own number of partitions and no settings.</summary>
    CreatedByName,

    /// <summary>It was there, with that number of partitions.</summary>
    Exists,

    /// <summary>It was there, with another number of partitions; nothing was changed.</summary>
    ExistsWithOtherPartitions,
}

/// <summary>The answer for one topic.</summary>
/// <param name="Name">Name.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Partitions">Partitions that it has now.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record TopicResult(string Name, TopicOutcome Outcome, int Partitions, string Text);
