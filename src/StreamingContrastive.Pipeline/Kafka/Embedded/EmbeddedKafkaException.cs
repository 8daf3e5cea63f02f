namespace StreamingContrastive.Pipeline.Kafka.Embedded;

/// <summary>The embedded broker cannot do what was asked; the message says what to do.</summary>
public sealed class EmbeddedKafkaException : Exception
{
    /// <summary>With a message.</summary>
    public EmbeddedKafkaException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public EmbeddedKafkaException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
