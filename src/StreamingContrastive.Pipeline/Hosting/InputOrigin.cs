using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>Asks the brokers what offsets of the input refer to now.</summary>
internal static class InputOrigin
{
    /// <summary>The input's cluster, topic ids and ranges.</summary>
    /// <param name="options">The pipeline.</param>
    /// <param name="brokers">What the cluster says of itself.</param>
    /// <param name="clusterId">Replaces the cluster's id; null takes its own.</param>
    /// <param name="offsets">Asks for ranges.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="KafkaRequestException">The topic is missing, or the brokers do not answer.</exception>
    public static async Task<OffsetOrigin> OfAsync(PipelineOptions options, BrokerInfo brokers, string? clusterId, OffsetResolver offsets, CancellationToken cancellation)
    {
        var ranges = await offsets.RangesAsync([.. PartitionsOf(brokers, options.Input.Topic)], cancellation).ConfigureAwait(false);
        return new OffsetOrigin(options.Kafka.BootstrapServers, clusterId ?? brokers.ClusterId, TopicIdsOf(brokers, options.Input.Topic), ranges);
    }

    /// <summary>The topic's id, where the broker gives one.</summary>
    public static IReadOnlyDictionary<string, string> TopicIdsOf(BrokerInfo brokers, string topic) => brokers.Topics
        .Where(t => t.TopicId is not null && t.Name == topic)
        .ToDictionary(t => t.Name, t => t.TopicId!);

    /// <summary>The topic's partitions.</summary>
    /// <exception cref="KafkaRequestException">It is not there.</exception>
    public static IEnumerable<PartitionId> PartitionsOf(BrokerInfo brokers, string topic)
    {
        var info = brokers.Topics.FirstOrDefault(t => t.Name == topic)
            ?? throw new KafkaRequestException($"The topic {topic} (input:topic) is not there and could not be created. Create it, or correct input:topic.");
        return Enumerable.Range(0, info.Partitions).Select(p => new PartitionId(topic, p));
    }
}
