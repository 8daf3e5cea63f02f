using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamingContrastive.Pipeline.Kafka.Output;

/// <summary>The producers' events, numbered from 300.</summary>
internal static partial class OutputLog
{
    [LoggerMessage(300, LogLevel.Warning, "Kafka: {Reason} ({Code}); the producer retries. Further errors are not logged until a message is acknowledged")]
    public static partial void ProducerError(this ILogger logger, string reason, ErrorCode code);

    [LoggerMessage(301, LogLevel.Error, "Kafka: {Reason} ({Code}); the producer can send nothing any more")]
    public static partial void ProducerFatal(this ILogger logger, string reason, ErrorCode code);

    [LoggerMessage(302, LogLevel.Information, "Kafka acknowledges messages again")]
    public static partial void ProducerRecovered(this ILogger logger);

    [LoggerMessage(303, LogLevel.Debug, "librdkafka {Facility}: {Message}")]
    public static partial void ProducerClient(this ILogger logger, string facility, string message);
}
