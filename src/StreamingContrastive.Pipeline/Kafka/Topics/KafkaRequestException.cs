namespace StreamingContrastive.Pipeline.Kafka.Topics;

/// <summary>A broker answered and refused, or did not answer in time. The message names the topic or partition and what to do.</summary>
public sealed class KafkaRequestException : Exception
{
    /// <summary>With a message.</summary>
    public KafkaRequestException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public KafkaRequestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
