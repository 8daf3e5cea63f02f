using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Pipeline.Kafka.Clients;

/// <summary>Consumer settings for readers that join no group, such as the client in Contracts: they know no Kafka section.</summary>
public static class KafkaReaderSettings
{
    // The reader assigns partitions by itself and sets these.
    private static readonly string[] GroupOnly = ["group.id", "partition.assignment.strategy", "enable.auto.commit", "enable.auto.offset.store"];

    /// <summary>librdkafka's settings for <paramref name="options"/>, secrets read from their files: never print them.</summary>
    /// <param name="options">The kafka section.</param>
    /// <param name="clientId">client.id.</param>
    /// <exception cref="KafkaSettingException">A setting cannot be used.</exception>
    public static IReadOnlyDictionary<string, string> Of(KafkaOptions options, string clientId) =>
        KafkaClientSettings.Consumer(options, clientId, clientId)
            .Where(setting => !GroupOnly.Contains(setting.Key))
            .ToDictionary(setting => setting.Key, setting => setting.Value);
}
