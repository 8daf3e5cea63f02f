using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>What offsets refer to: a cluster, its topics by id, and the offsets that they hold.</summary>
/// <param name="Brokers">Where it was asked (kafka:bootstrapServers).</param>
/// <param name="ClusterId">Id of the cluster; empty when it gives none.</param>
/// <param name="TopicIds">Topic ids, by topic, where the broker gives them.</param>
/// <param name="Ranges">The offsets of every partition of the input.</param>
internal sealed record OffsetOrigin(string Brokers, string ClusterId, IReadOnlyDictionary<string, string> TopicIds, IReadOnlyDictionary<PartitionId, OffsetRange> Ranges);

/// <summary>
/// Refuses a start whose checkpoint belongs to another cluster, to a topic that was made anew, or to offsets that do not exist: read
/// there, they would silently skip or repeat records. Asked before an epoch is claimed, so a start that is refused fences nobody.
/// Older brokers give no ids; then what can be compared is.
/// </summary>
internal static class OriginCheck
{
    /// <summary>Compares.</summary>
    /// <exception cref="CheckpointOriginException">The checkpoint does not belong to it.</exception>
    public static void RequireSame(CheckpointManifest checkpoint, OffsetOrigin now, string pipeline)
    {
        if (OtherOrigin(checkpoint, now) is { } other)
        {
            throw Refusal(checkpoint, other, pipeline);
        }

        foreach (var (partition, next) in checkpoint.OffsetTable())
        {
            if (!now.Ranges.TryGetValue(partition, out var range))
            {
                throw Refusal(checkpoint, $"it goes on at {partition} offset {next}, and {now.Brokers} has no such partition in the input", pipeline);
            }

            if (next > range.High)
            {
                throw Refusal(checkpoint, $"it goes on at {partition} offset {next}, and the topic ends at {range.High}: it was deleted and made anew, or lost its tail", pipeline);
            }
        }
    }

    /// <summary>A clause that says which id differs, or null where no id does.</summary>
    public static string? OtherOrigin(CheckpointManifest checkpoint, OffsetOrigin now)
    {
        if (checkpoint.ClusterId.Length > 0 && now.ClusterId.Length > 0 && checkpoint.ClusterId != now.ClusterId)
        {
            return $"it was made with the Kafka cluster '{checkpoint.ClusterId}', and {now.Brokers} is the cluster '{now.ClusterId}'";
        }

        foreach (var (topic, id) in checkpoint.TopicIds)
        {
            if (now.TopicIds.TryGetValue(topic, out var present) && present != id)
            {
                return $"its topic {topic} had the id {id}, and the one at {now.Brokers} has the id {present}: the topic was deleted and made anew";
            }
        }

        return null;
    }

    private static CheckpointOriginException Refusal(CheckpointManifest checkpoint, string reason, string pipeline) => new(
        $"Checkpoint {checkpoint.Name} does not belong to this input: {reason}. Its offsets mean other records here, so nothing was started and no running trainer was disturbed. "
        + $"Correct kafka:bootstrapServers or input:topic; or keep the weights and choose where to read with 'reset {pipeline} --to earliest' (or latest, an offset, a time); or begin anew with another checkpoint:directory.");
}
