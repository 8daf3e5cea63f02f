using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.Host.Configuration;

/// <summary>Tells which settings of the Kafka clients are secrets; no other option is one. Their values never reach a log, a message, a description or a checkpoint.</summary>
internal static class SecretKeys
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Removed = "[hidden]";

    private const string Probe = "visible";

    /// <summary>Whether the value of a client setting is a secret. The key alone decides, by the list of the Kafka clients.</summary>
    public static bool IsSecret(string clientSetting) =>
        KafkaClientSettings.Redact([KeyValuePair.Create(clientSetting, Probe)])[clientSetting] != Probe;
}
