using Confluent.Kafka;

namespace StreamingContrastive.Contracts.Client;

/// <summary>What the client complained about last; the reason behind a timeout.</summary>
internal sealed class LastError
{
    private string? _reason;

    public string Reason => Volatile.Read(ref _reason) ?? "no answer";

    public void Set(string reason) => Volatile.Write(ref _reason, reason);
}

/// <summary>Builds the consumer of a <see cref="TopicReader"/>.</summary>
internal static class ConsumerFactory
{
    public static IConsumer<byte[]?, byte[]?> Create(TopicReaderOptions options, LastError lastError)
    {
        var config = new ConsumerConfig
        {
            // Required by the client; never joined, because partitions are assigned by hand.
            GroupId = "streaming-contrastive-reader",
            // An offset that vanished under a slow reader is an error to be seen, not a jump.
            AutoOffsetReset = AutoOffsetReset.Error,
            // The default prefetches 64 MiB.
            QueuedMaxMessagesKbytes = 4096,
        };
        foreach ((string name, string value) in options.Consumer)
        {
            config.Set(name, value);
        }

        config.EnableAutoCommit = false;
        config.EnableAutoOffsetStore = false;
        config.EnablePartitionEof = true;
        Action<string>? log = options.Log;
        return new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetKeyDeserializer(NullableBytes.Instance)
            .SetValueDeserializer(NullableBytes.Instance)
            .SetErrorHandler((_, error) => lastError.Set(error.Reason))
            .SetLogHandler((_, line) => log?.Invoke($"{line.Level} {line.Facility}: {line.Message}"))
            .Build();
    }

    /// <summary>Keeps null (a tombstone) apart from empty (poison).</summary>
    private sealed class NullableBytes : IDeserializer<byte[]?>
    {
        public static readonly NullableBytes Instance = new();

        public byte[]? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => isNull ? null : data.ToArray();
    }
}
