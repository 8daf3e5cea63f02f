namespace StreamingContrastive.Contracts;

/// <summary>The output topics of a pipeline, named after it.</summary>
public sealed record TopicNames
{
    // Kafka's limit of 249 characters less the longest suffix.
    private const int MaxPipelineLength = 249 - 13;

    /// <summary>Names the topics of a pipeline.</summary>
    /// <param name="pipeline">The pipeline's name: letters, digits, '.', '_' and '-'.</param>
    /// <exception cref="ArgumentException">Kafka would refuse the names.</exception>
    public TopicNames(string pipeline)
    {
        ArgumentException.ThrowIfNullOrEmpty(pipeline);
        if (pipeline.Length > MaxPipelineLength || !pipeline.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
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

    /// <summary>NAME.metrics: what the trainer measures.</summary>
    public string Metrics => Pipeline + ".metrics";

    /// <summary>NAME.models: an announcement per durable model version.</summary>
    public string Models => Pipeline + ".models";

    /// <summary>NAME.dead-letters: records that cannot be trained on.</summary>
    public string DeadLetters => Pipeline + ".dead-letters";
}
