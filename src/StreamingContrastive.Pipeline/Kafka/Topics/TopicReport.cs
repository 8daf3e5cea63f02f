using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamingContrastive.Pipeline.Kafka.Topics;

/// <summary>Words for the outcomes of <see cref="TopicAdmin"/>.</summary>
internal static class TopicReport
{
    internal static TopicResult Created(TopicSpec spec) =>
        new(spec.Name, TopicOutcome.Created, spec.Partitions, $"created with {spec.Partitions} partition(s)");

    internal static TopicResult CreatedByName(TopicSpec spec, int partitions)
    {
        var lost = spec.Config is { Count: > 0 } ? $", without {string.Join(", ", spec.Config.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal))}" : "";
        var other = partitions == spec.Partitions ? "" : $" instead of {spec.Partitions}";
        return new TopicResult(spec.Name, TopicOutcome.CreatedByName, partitions,
            $"created by its name, because this broker has no CreateTopics: {partitions} partition(s){other}{lost}");
    }

    internal static TopicResult Present(TopicSpec spec, int partitions) =>
        partitions == spec.Partitions
            ? new TopicResult(spec.Name, TopicOutcome.Exists, partitions, $"exists with {partitions} partition(s)")
            : new TopicResult(spec.Name, TopicOutcome.ExistsWithOtherPartitions, partitions,
                $"exists with {partitions} partition(s) where {spec.Partitions} are asked for; left as it is, because more partitions would move keys. " +
                "Change topics.json, or the topic with the cluster's own tools");

    internal static string Refusal(IReadOnlyList<CreateTopicReport> refused)
    {
        var parts = refused.Select(report => $"{report.Topic}: {report.Error.Reason}");
        var advice = refused[0].Error.Code switch
        {
            ErrorCode.InvalidReplicationFactor => "Set a replication factor of at most the number of brokers, or -1 for the broker's default.",
            ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed => "This user needs the ACL Create on the topic or the cluster.",
            ErrorCode.PolicyViolation => "The cluster's policy forbids this topic; create it with the cluster's own tools.",
            _ => "Change the topic in topics.json, or create it with the cluster's own tools.",
        };
        return $"The broker refused {string.Join("; ", parts)}. {advice}";
    }
}
