namespace StreamingContrastive.Pipeline.Kafka.Clients;

/// <summary>
/// A setting under <c>kafka:</c> cannot be used. The message names its key, what is wrong and what to do; it never carries the
/// value of a secret. A configuration error: exit code 2.
/// </summary>
public sealed class KafkaSettingException : Exception
{
    /// <summary>With a message.</summary>
    public KafkaSettingException(string message)
        : base(message)
    {
    }
}
