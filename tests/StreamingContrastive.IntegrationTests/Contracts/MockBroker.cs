using Confluent.Kafka;

namespace StreamingContrastive.IntegrationTests.Contracts;

/// <summary>
/// The mock cluster that librdkafka starts by itself when <c>test.mock.num.brokers</c> is set: other clients reach it under
/// the address that its own client's metadata names.
/// </summary>
internal sealed class MockBroker : IDisposable
{
    private readonly IProducer<byte[]?, byte[]?> _producer;

    public MockBroker()
    {
        var config = new ProducerConfig { BootstrapServers = "ignored:1" };
        config.Set("test.mock.num.brokers", "1");
        _producer = new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetKeySerializer(NullableBytes.Instance)
            .SetValueSerializer(NullableBytes.Instance)
            .SetLogHandler((_, _) => { })
            .Build();
        using IAdminClient admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        BrokerMetadata broker = admin.GetMetadata(TimeSpan.FromSeconds(30)).Brokers[0];
        BootstrapServers = $"{broker.Host}:{broker.Port}";
    }

    public string BootstrapServers { get; }

    public async Task Produce(string topic, int partition, byte[]? key, byte[]? value, IEnumerable<StreamingContrastive.Contracts.RecordHeader> headers)
    {
        var message = new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = [] };
        foreach (StreamingContrastive.Contracts.RecordHeader header in headers)
        {
            message.Headers.Add(header.Key, header.Value);
        }

        await _producer.ProduceAsync(new TopicPartition(topic, partition), message);
    }

    public void Dispose() => _producer.Dispose();

    private sealed class NullableBytes : ISerializer<byte[]?>
    {
        public static readonly NullableBytes Instance = new();

        public byte[]? Serialize(byte[]? data, SerializationContext context) => data;
    }
}
