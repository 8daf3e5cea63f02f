namespace StreamingContrastive.Pipeline.Kafka.Embedded;

/// <summary>What the embedded broker is not: shown by <c>broker --help</c>, relied upon by the demo producer.</summary>
public static class EmbeddedKafkaLimits
{
    /// <summary>Bytes of record batches that a partition keeps; beyond it the oldest batch is dropped. Set by librdkafka, not adjustable.</summary>
    public const int PartitionBytes = 5 * 1024 * 1024;

    /// <summary>Partitions of a topic that a client makes by naming it. Set by librdkafka, not adjustable: declare topics to choose.</summary>
    public const int AutoCreatedPartitions = 4;

    /// <summary>Most brokers of one embedded cluster that we start.</summary>
    public const int MaxBrokers = 10;

    /// <summary>The limits as text for people.</summary>
    public const string Text =
        """
        The embedded broker is librdkafka's mock cluster: real TCP and the real protocol, for demos and tests, not for data you need.
          - Memory only: everything is gone when it stops.
          - 5 MiB a partition; beyond that the OLDEST records are dropped, read or not. Use many partitions and stay close behind
            the producer: 12 partitions hold about 80,000 pictures of 28x28.
          - A topic that a client makes by naming it gets 4 partitions; declare topics (--topic NAME:PARTITIONS) to choose.
            CreateTopics and the other admin calls answer UNSUPPORTED.
          - No compaction, no retention by time, no log on disk, no quotas.
          - No TLS, no SASL, no ACLs; it listens on loopback unless told otherwise.
          - Transactions are accepted but not isolated: a read_committed consumer sees open and aborted records, offsets sent to a
            transaction are not stored, a zombie is not fenced. Nothing that it shows proves exactly-once.
          - All members of a consumer group must use the same assignor.
        """;
}
