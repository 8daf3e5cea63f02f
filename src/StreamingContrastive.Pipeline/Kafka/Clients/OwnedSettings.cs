namespace StreamingContrastive.Pipeline.Kafka.Clients;

/// <summary>The librdkafka settings on which the pipeline's promises stand: it sets them itself and refuses them from users.</summary>
internal static class OwnedSettings
{
    private const string Offsets = "The checkpoints are the authority on offsets; a client that moves them by itself would lose records";

    // Key -> why, and what to use in its place.
    private static readonly IReadOnlyDictionary<string, string> Reasons = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["bootstrap.servers"] = "Give the addresses as kafka:bootstrapServers",
        ["metadata.broker.list"] = "Give the addresses as kafka:bootstrapServers",
        ["test.mock.num.brokers"] = "It would replace your brokers silently; the 'broker' command starts an embedded one",
        ["group.id"] = "Give the consumer group as input:groupId",
        ["group.instance.id"] = "Give the static member id as input:groupInstanceId",
        ["enable.auto.commit"] = Offsets,
        ["enable.auto.offset.store"] = Offsets,
        ["auto.commit.enable"] = Offsets,
        ["auto.offset.reset"] = "Offsets that are gone are decided by input:onGap, new partitions by input:start",
        ["enable.partition.eof"] = "The record source asks for what it needs",
        ["transactional.id"] = "It fences the pipeline's own predecessor and follows from the pipeline's name; see output:delivery",
        ["delivery.report.only.error"] = "Every acknowledgement is counted",
        ["dotnet.producer.enable.delivery.reports"] = "Every acknowledgement is counted",
        ["dotnet.producer.enable.background.poll"] = "Acknowledgements arrive through it",
    };

    /// <summary>The owned keys.</summary>
    internal static IEnumerable<string> Keys => Reasons.Keys;

    /// <summary>Refuses owned keys.</summary>
    /// <param name="section">Name of the section for the message, such as kafka:client.</param>
    /// <param name="settings">What the user gave.</param>
    /// <exception cref="KafkaSettingException">One of the keys is owned.</exception>
    internal static void Refuse(string section, IReadOnlyDictionary<string, string> settings)
    {
        foreach (var key in settings.Keys)
        {
            if (Reasons.TryGetValue(key, out var reason))
            {
                throw new KafkaSettingException($"{section}:{key} is set by the pipeline itself and cannot be given. {reason}. Remove the key.");
            }
        }
    }
}
