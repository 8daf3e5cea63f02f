using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>The source's events, numbered from 200.</summary>
internal static partial class SourceLog
{
    [LoggerMessage(200, LogLevel.Information, "Subscribed to {Topics} as group {GroupId}, lineage epoch {LineageEpoch}")]
    public static partial void Subscribed(this ILogger logger, string topics, string groupId, long lineageEpoch);

    [LoggerMessage(201, LogLevel.Information, "Reading {Partition} from {Start} (assignment epoch {Assignment}, lineage epoch {LineageEpoch})")]
    public static partial void ReadingBegan(this ILogger logger, PartitionId partition, long start, long assignment, long lineageEpoch);

    [LoggerMessage(202, LogLevel.Information, "{Partition} was {How}; its work in flight is stale")]
    public static partial void PartitionReleased(this ILogger logger, PartitionId partition, string how);

    [LoggerMessage(203, LogLevel.Warning, "Kafka: {Reason} ({Code}); the source waits and goes on by itself. Further errors of this kind are not logged until it has recovered")]
    public static partial void TransientError(this ILogger logger, string reason, ErrorCode code);

    [LoggerMessage(204, LogLevel.Information, "Kafka answers again after {Errors} errors")]
    public static partial void Recovered(this ILogger logger, long errors);

    [LoggerMessage(205, LogLevel.Warning, "{Partition} no longer holds [{From}, {To}); going on at {To} as input:onGap says")]
    public static partial void GapAccepted(this ILogger logger, PartitionId partition, long from, long to);

    [LoggerMessage(206, LogLevel.Debug, "Advisory commit failed: {Reason} ({Code})")]
    public static partial void CommitFailed(this ILogger logger, string reason, ErrorCode code);

    // Back-pressure is the normal state: the trainer is the bottleneck on purpose.
    [LoggerMessage(207, LogLevel.Debug, "The reader is behind: partitions paused")]
    public static partial void Paused(this ILogger logger);

    [LoggerMessage(208, LogLevel.Debug, "Partitions resumed after {PausedMilliseconds} ms")]
    public static partial void Resumed(this ILogger logger, long pausedMilliseconds);

    [LoggerMessage(209, LogLevel.Error, "The source ended: {Reason}")]
    public static partial void Failed(this ILogger logger, string reason, Exception cause);

    [LoggerMessage(210, LogLevel.Information, "The source left group {GroupId}")]
    public static partial void Closed(this ILogger logger, string groupId);

    [LoggerMessage(211, LogLevel.Warning, "Leaving group {GroupId} failed: {Reason}; the broker notices after the session timeout")]
    public static partial void CloseFailed(this ILogger logger, string groupId, string reason);

    [LoggerMessage(213, LogLevel.Warning, "No answer while leaving the group after {Seconds} s; the source has ended, the broker notices after the session timeout")]
    public static partial void LeaveTimedOut(this ILogger logger, double seconds);

    [LoggerMessage(212, LogLevel.Debug, "librdkafka {Facility}: {Message}")]
    public static partial void Client(this ILogger logger, string facility, string message);
}
