using Microsoft.Extensions.Logging;

namespace StreamingContrastive.Pipeline.Kafka.Clients;

/// <summary>Log events of the Kafka clients, numbers 200 to 249.</summary>
internal static partial class KafkaLogEvents
{
    /// <summary>A message of librdkafka.</summary>
    [LoggerMessage(EventId = 200, Message = "Kafka client ({Facility}): {Text}")]
    internal static partial void ClientSaid(ILogger logger, LogLevel level, string facility, string text);

    /// <summary>A message of librdkafka that was held back before.</summary>
    [LoggerMessage(EventId = 201, Message = "Kafka client ({Facility}): {Text} (and {Repeats} times since it was last written)")]
    internal static partial void ClientSaidAgain(ILogger logger, LogLevel level, string facility, string text, int repeats);

    /// <summary>An attempt to reach the brokers failed; there will be another.</summary>
    [LoggerMessage(EventId = 210, Level = LogLevel.Warning,
        Message = "No Kafka broker answers at {Address} after {Seconds:0.0} s: {Reason}. Next attempt in {DelaySeconds:0.0} s.")]
    internal static partial void BrokerAway(ILogger logger, string address, double seconds, string reason, double delaySeconds);

    /// <summary>The brokers answer.</summary>
    [LoggerMessage(EventId = 211, Level = LogLevel.Information, Message = "Connected to Kafka cluster {ClusterId} at {Address}: {Brokers} broker(s), {Topics} topic(s).")]
    internal static partial void BrokerFound(ILogger logger, string clusterId, string address, int brokers, int topics);

    /// <summary>A topic was created, found, or found different.</summary>
    [LoggerMessage(EventId = 220, Message = "Topic {Topic}: {Text}")]
    internal static partial void TopicEnsured(ILogger logger, LogLevel level, string topic, string text);
}
