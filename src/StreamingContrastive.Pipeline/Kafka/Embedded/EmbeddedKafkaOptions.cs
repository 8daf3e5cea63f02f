using System.Net;

namespace StreamingContrastive.Pipeline.Kafka.Embedded;

/// <summary>A topic of the embedded broker.</summary>
/// <param name="Name">Name of the topic.</param>
/// <param name="Partitions">Number of partitions, at least 1. Every partition holds <see cref="EmbeddedKafkaLimits.PartitionBytes"/>.</param>
public sealed record TopicDefinition(string Name, int Partitions);

/// <summary>How an embedded broker starts.</summary>
/// <param name="Brokers">Number of brokers, 1 to 10; their ids start at 1. Default 1.</param>
/// <param name="Topics">Topics to create at once. Default none.</param>
/// <param name="FixedPort">
/// Port of the first broker behind a forwarder (broker i listens on FixedPort + i - 1); 0 takes any free port, and still puts the
/// forwarder in front (tests cut connections there). Null, the default: no forwarder, librdkafka's own free ports.
/// </param>
/// <param name="TimeProvider">Clock of the forwarder's delays. Default the system's.</param>
public sealed record EmbeddedKafkaOptions(
    int Brokers = 1,
    IReadOnlyList<TopicDefinition>? Topics = null,
    int? FixedPort = null,
    TimeProvider? TimeProvider = null)
{
    /// <summary>Address that the forwarder listens on. Default loopback: there is no authentication, so think before you open it.</summary>
    public IPAddress ListenAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Host name that clients are told to come back to through the forwarder. Default 127.0.0.1.</summary>
    public string AdvertisedHost { get; init; } = "127.0.0.1";

    /// <summary>How long a new consumer group waits for more members before its first assignment. Default 100 ms (Kafka: 3 s).</summary>
    public TimeSpan InitialRebalanceDelay { get; init; } = TimeSpan.FromMilliseconds(100);
}
