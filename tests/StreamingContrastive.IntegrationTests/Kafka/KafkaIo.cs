using System.Globalization;
using Confluent.Kafka;

namespace StreamingContrastive.IntegrationTests.Kafka;

/// <summary>Plain Confluent clients with the settings that the embedded broker likes; the counterpart of our own code in these tests.</summary>
internal static class KafkaIo
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    internal static string Key(int i) => i.ToString("D6", CultureInfo.InvariantCulture);

    internal static IProducer<string, byte[]> Producer(string bootstrap) =>
        new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = bootstrap, LingerMs = 1, Partitioner = Partitioner.Murmur2Random }).Build();

    internal static IConsumer<string, byte[]> Consumer(string bootstrap, string group) =>
        new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchWaitMaxMs = 20,
            SessionTimeoutMs = 6000,
        }).Build();

    /// <summary>Produces records with keys 000000.. and one byte of value, and waits for every acknowledgement.</summary>
    internal static void Produce(string bootstrap, string topic, int count)
    {
        using var producer = Producer(bootstrap);
        var failed = new List<Error>();
        for (var i = 0; i < count; i++)
        {
            producer.Produce(topic, new Message<string, byte[]> { Key = Key(i), Value = [(byte)i] }, report =>
            {
                if (report.Error.IsError)
                {
                    failed.Add(report.Error);
                }
            });
        }

        producer.Flush(Patience).ShouldBe(0);
        failed.ShouldBeEmpty();
    }

    /// <summary>Reads <paramref name="count"/> records as the only member of a group.</summary>
    internal static List<ConsumeResult<string, byte[]>> ConsumeInGroup(string bootstrap, string topic, int count)
    {
        using var consumer = Consumer(bootstrap, "reader");
        consumer.Subscribe(topic);
        var read = new List<ConsumeResult<string, byte[]>>();
        while (read.Count < count)
        {
            read.Add(consumer.Consume(Patience) ?? throw new TimeoutException($"{read.Count} of {count} records of {topic} arrived, then none for {Patience}."));
        }

        consumer.Close();
        return read;
    }
}
