namespace StreamingContrastive.Pipeline.Kafka.Topics;

/// <summary>No broker answered within kafka:connectTimeout. The message names the address, the last error and what to do. Exit code 1.</summary>
public sealed class BrokerUnavailableException : Exception
{
    /// <summary>With a message.</summary>
    public BrokerUnavailableException(string message)
        : base(message)
    {
    }
}
