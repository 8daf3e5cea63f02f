namespace StreamingContrastive.Contracts.Client;

/// <summary>A topic cannot be read. The words name the topic, the brokers and what was wrong.</summary>
public sealed class TopicReadException : Exception
{
    /// <summary>Creates it without words.</summary>
    public TopicReadException()
    {
    }

    /// <summary>Creates it.</summary>
    public TopicReadException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with its cause.</summary>
    public TopicReadException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
