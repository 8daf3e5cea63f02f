using Confluent.Kafka;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>Which of the client's errors end the source. Pure.</summary>
internal static class ConsumerErrors
{
    /// <summary>
    /// True when waiting does not help: the client says so, access is refused, or a record cannot be read. The latter must not be ridden
    /// out: the client goes on behind the record, and the range of the next chunk would cover its loss.
    /// </summary>
    public static bool IsTerminal(Error error) =>
        error.IsFatal || error.Code is ErrorCode.Local_Fatal
            or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            or ErrorCode.InvalidGroupId or ErrorCode.InconsistentGroupProtocol or ErrorCode.InvalidSessionTimeout
            or ErrorCode.FencedInstanceId
            or ErrorCode.Local_BadMsg or ErrorCode.Local_BadCompression or ErrorCode.Local_NotImplemented
            or ErrorCode.InvalidMsg;

    /// <summary>The reason with which the source ends.</summary>
    /// <param name="error">The client's error.</param>
    /// <param name="position">Where it happened, or null.</param>
    /// <param name="groupId">The consumer group.</param>
    public static string Describe(Error error, TopicPartitionOffset? position, string groupId)
    {
        string where = position is { Topic: { Length: > 0 } topic } ? $" at {topic}[{position.Partition.Value}] offset {position.Offset.Value}" : "";
        string mend = error.Code switch
        {
            ErrorCode.TopicAuthorizationFailed => "Give the client READ and DESCRIBE on the topic.",
            ErrorCode.GroupAuthorizationFailed => $"Give the client READ on the group '{groupId}', or name another in input:groupId.",
            ErrorCode.FencedInstanceId => "Another process runs with the same input:groupInstanceId: stop it, or give each its own.",
            ErrorCode.InconsistentGroupProtocol =>
                $"Other members of group '{groupId}' use another partition.assignment.strategy: use one for all, or another input:groupId.",
            ErrorCode.Local_BadMsg or ErrorCode.InvalidMsg or ErrorCode.Local_BadCompression or ErrorCode.Local_NotImplemented =>
                "The batch there is damaged or written in a form that this client cannot read; nothing behind it was skipped. "
                + "Repair it or delete the records up to it, and set input:onGap to earliest.",
            _ => "The client cannot recover; start the pipeline again once the cause is mended.",
        };
        return $"Consuming as group '{groupId}' failed for good{where}: {error.Reason} ({error.Code}). {mend}";
    }
}
