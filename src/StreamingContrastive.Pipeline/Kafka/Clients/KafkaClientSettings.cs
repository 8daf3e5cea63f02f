using Confluent.Kafka;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Pipeline.Kafka.Clients;

/// <summary>
/// Turns <see cref="KafkaOptions"/> into the settings of one client. From weakest to strongest: our defaults, kafka:client,
/// kafka:consumer or kafka:producer, and what the pipeline owns (<see cref="OwnedSettings"/>). Any librdkafka key passes through.
/// </summary>
public static class KafkaClientSettings
{
    private const string ClientSection = KafkaOptions.SectionName + ":client";
    private const string ConsumerSection = KafkaOptions.SectionName + ":consumer";
    private const string ProducerSection = KafkaOptions.SectionName + ":producer";

    private static readonly IReadOnlyDictionary<string, string> ConsumerDefaults = new Dictionary<string, string>
    {
        ["partition.assignment.strategy"] = "cooperative-sticky",
        // A trainer that was killed is missed after this long. The client's 45 s would be the time that a restart waits for its own
        // dead predecessor, without a static member id on any broker and on the embedded one always. 6 s is the least that a broker
        // allows by its own defaults; a pause that is longer costs a second reading and no record.
        ["session.timeout.ms"] = "6000",
        ["heartbeat.interval.ms"] = "1500",
        ["isolation.level"] = "read_committed",
        // A mistyped topic must not come into being.
        ["allow.auto.create.topics"] = "false",
        // Prefetch is 64 MiB by default, outside every bound of ours. With small queues the default pause of 1 s after a full queue
        // costs a factor of more than 10 (12 partitions, 784 B: 7,400 records/s against over 80,000), hence the short one.
        ["queued.min.messages"] = "2000",
        ["queued.max.messages.kbytes"] = "16384",
        ["fetch.queue.backoff.ms"] = "20",
        // An empty fetch holds back others of the same broker for this long on the embedded broker.
        ["fetch.wait.max.ms"] = "100",
        ["socket.keepalive.enable"] = "true",
    };

    private static readonly string[] ClassicOnly = ["partition.assignment.strategy", "session.timeout.ms", "heartbeat.interval.ms"];

    private static readonly IReadOnlyDictionary<string, string> ProducerDefaults = new Dictionary<string, string>
    {
        // No duplicates and no reordering by the client's own retries; implies acks=all.
        ["enable.idempotence"] = "true",
        // The JVM clients' partitioner, so that embeddings are co-partitioned with what those produce.
        ["partitioner"] = "murmur2_random",
        ["linger.ms"] = "5",
        ["queue.buffering.max.kbytes"] = "65536",
        ["allow.auto.create.topics"] = "true",
        ["socket.keepalive.enable"] = "true",
    };

    /// <summary>The settings with every secret hidden: the only form that may be printed, logged or stored.</summary>
    public static IReadOnlyDictionary<string, string> Redact(IEnumerable<KeyValuePair<string, string>> settings) => KafkaSecrets.Redact(settings);

    /// <summary>Checks what can be checked without a client: owned keys, secret files, security combinations.</summary>
    /// <exception cref="KafkaSettingException">A setting cannot be used.</exception>
    public static void Validate(KafkaOptions options)
    {
        Consumer(options, "validate", "validate");
        Producer(options, "validate");
    }

    /// <summary>Settings of a consumer of a group that commits only when told to and stops at an offset that is gone.</summary>
    internal static ConsumerConfig Consumer(KafkaOptions options, string clientId, string groupId, string? groupInstanceId = null)
    {
        var settings = Merge(options, clientId, ConsumerDefaults, ConsumerSection, options.Consumer);
        if (string.Equals(settings.GetValueOrDefault("group.protocol"), "consumer", StringComparison.OrdinalIgnoreCase))
        {
            // There the broker assigns (group.remote.assignor) and sets the times, and librdkafka refuses to be told of them.
            foreach (var key in ClassicOnly.Where(k => !options.Consumer.ContainsKey(k) && !options.Client.ContainsKey(k)))
            {
                settings.Remove(key);
            }
        }

        settings["group.id"] = groupId;
        if (groupInstanceId is not null)
        {
            settings["group.instance.id"] = groupInstanceId;
        }

        settings["enable.auto.commit"] = "false";
        settings["enable.auto.offset.store"] = "false";
        settings["auto.offset.reset"] = "error";
        return new ConsumerConfig(settings);
    }

    /// <summary>Connection and security for a reader outside of any consumer group; it chooses everything else itself.</summary>
    internal static IReadOnlyDictionary<string, string> Reader(KafkaOptions options, string clientId) =>
        Merge(options, clientId, new Dictionary<string, string>(), ConsumerSection, options.Consumer);

    /// <summary>Settings of a producer.</summary>
    internal static ProducerConfig Producer(KafkaOptions options, string clientId, string? transactionalId = null)
    {
        var settings = Merge(options, clientId, ProducerDefaults, ProducerSection, options.Producer);
        if (transactionalId is not null)
        {
            settings["transactional.id"] = transactionalId;
        }

        return new ProducerConfig(settings);
    }

    /// <summary>Settings of an admin client: kafka:client only.</summary>
    internal static AdminClientConfig Admin(KafkaOptions options, string clientId) =>
        new(Merge(options, clientId, new Dictionary<string, string>(), ClientSection, new Dictionary<string, string>()));

    /// <summary>Where a user gave a key, as it is written in messages (kafka:consumer:KEY); null when it is one of ours.</summary>
    internal static string? Locate(KafkaOptions options, string key) =>
        Given(ConsumerSection, options.Consumer, key) ?? Given(ProducerSection, options.Producer, key) ?? Given(ClientSection, options.Client, key);

    private static string? Given(string section, IReadOnlyDictionary<string, string> settings, string key) =>
        settings.ContainsKey(key) ? $"{section}:{key}"
        : settings.ContainsKey(key + KafkaSecrets.FileSuffix) ? $"{section}:{key}{KafkaSecrets.FileSuffix}"
        : null;

    private static Dictionary<string, string> Merge(KafkaOptions options, string clientId,
        IReadOnlyDictionary<string, string> defaults, string section, IReadOnlyDictionary<string, string> own)
    {
        OwnedSettings.Refuse(ClientSection, options.Client);
        OwnedSettings.Refuse(section, own);
        var settings = new Dictionary<string, string>(defaults) { ["client.id"] = clientId };
        foreach (var (key, value) in KafkaSecrets.ReadFiles(ClientSection, options.Client).Concat(KafkaSecrets.ReadFiles(section, own)))
        {
            settings[key] = value;
        }

        SecurityRules.Check(settings);
        settings["bootstrap.servers"] = options.BootstrapServers;
        return settings;
    }
}
