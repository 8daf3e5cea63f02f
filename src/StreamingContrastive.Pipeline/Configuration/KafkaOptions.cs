using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Pipeline.Configuration;

/// <summary>
/// Where Kafka is and how its clients are set. The three dictionaries are librdkafka's own settings, passed through unchanged
/// (<c>security.protocol</c>, <c>sasl.mechanism</c>, <c>ssl.ca.location</c>, ...). Secrets come from the environment
/// (<c>STREAMING_CONTRASTIVE__KAFKA__CLIENT__sasl.password</c>) or from a file (<c>sasl.password.file</c>) and are never printed.
/// </summary>
public sealed record KafkaOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "kafka";

    /// <summary>Comma-separated host:port list. Default 127.0.0.1:9092.</summary>
    [Required]
    public string BootstrapServers { get; init; } = "127.0.0.1:9092";

    /// <summary>How long a start waits for a broker before it stops with exit code 1. Default 60 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Settings of every client.</summary>
    public IReadOnlyDictionary<string, string> Client { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings of the consumer only; they win over <see cref="Client"/>.</summary>
    public IReadOnlyDictionary<string, string> Consumer { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings of the producers only; they win over <see cref="Client"/>.</summary>
    public IReadOnlyDictionary<string, string> Producer { get; init; } = new Dictionary<string, string>();
}
