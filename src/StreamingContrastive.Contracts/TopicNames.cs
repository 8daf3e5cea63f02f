namespace StreamingContrastive.Contracts;

/// <summary>The output topics of a pipeline, named after it.</summary>
public sealed record TopicNames
{
    // Kafka's limit of 249 characters less the longest suffix.
    private const int MaxPipelineLength = MaxTopicLength - 13;

    private const int MaxTopicLength = 249;

    /// <summary>Names the topics of a pipeline.</summary>
    /// <param name="pipeline">The pipeline's name: letters, digits, '.', '_' and '-'.</param>
    /// <exception cref="ArgumentException">Kafka would refuse the names.</exception>
    public TopicNames(string pipeline)
    {
        ArgumentException.ThrowIfNullOrEmpty(pipeline);
        if (pipeline.Length > MaxPipelineLength || !pipeline.All(IsTopicCharacter))
        {
            throw new ArgumentException(
                $"The pipeline's name '{pipeline}' is the prefix of its topics: at most {MaxPipelineLength} of the characters "
                + "a-z, A-Z, 0-9, '.', '_' and '-'.",
                nameof(pipeline));
        }

        Pipeline = pipeline;
    }

    /// <summary>The pipeline's name.</summary>
    public string Pipeline { get; }

    /// <summary>NAME.embeddings: a vector or a tombstone per record.</summary>
    public string Embeddings => Pipeline + ".embeddings";

    /// <summary>NAME.embeddings.PART: the same of one part, where records have several; null is NAME.embeddings.</summary>
    /// <exception cref="ArgumentException">Kafka would refuse the name.</exception>
    public string EmbeddingsOf(string? part)
    {
        if (part is null)
        {
            return Embeddings;
        }

        var name = $"{Embeddings}.{part}";
        return part.Length > 0 && name.Length <= MaxTopicLength && part.All(IsTopicCharacter)
            ? name
            : throw new ArgumentException($"The part's name '{part}' is the end of the topic {name}: letters, digits, '.', '_' and '-', {MaxTopicLength} characters in all.", nameof(part));
    }

    /// <summary>NAME.metrics: what the trainer measures.</summary>
    public string Metrics => Pipeline + ".metrics";

    /// <summary>NAME.models: an announcement per durable model version.</summary>
    public string Models => Pipeline + ".models";

    /// <summary>NAME.dead-letters: records that cannot be trained on.</summary>
    public string DeadLetters => Pipeline + ".dead-letters";

    private static bool IsTopicCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
