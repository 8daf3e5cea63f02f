using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StreamingContrastive.Pipeline.Kafka.Embedded;

namespace StreamingContrastive.IntegrationTests.Kafka;

public sealed class EmbeddedKafkaTests
{
    [Fact]
    public async Task Start_InAProcessThatUsesConfluentsClient_MapsOneLibrdkafka()
    {
        await using var kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new TopicDefinition("t", 1)]));
        using var producer = KafkaIo.Producer(kafka.BootstrapServers);
        await producer.ProduceAsync("t", new Message<string, byte[]> { Value = [1] });

        LibrdkafkaFile.Mapped().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public async Task ProduceAndConsume_AThousandRecordsThroughAGroup_ArriveOnceInOrder(int? fixedPort)
    {
        await using var kafka = EmbeddedKafka.Start(
            new EmbeddedKafkaOptions(Topics: [new TopicDefinition("records", 12)], FixedPort: fixedPort));

        KafkaIo.Produce(kafka.BootstrapServers, "records", 1000);
        var read = KafkaIo.ConsumeInGroup(kafka.BootstrapServers, "records", 1000);

        read.Select(r => r.Message.Key).Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(0, 1000).Select(KafkaIo.Key).Order(StringComparer.Ordinal));
        read.Select(r => r.Partition.Value).Distinct().Count().ShouldBe(12);
        foreach (var partition in read.GroupBy(r => r.Partition.Value))
        {
            partition.Select(r => r.Offset.Value).ShouldBe(Enumerable.Range(0, partition.Count()).Select(i => (long)i));
        }
    }

    [Fact]
    public async Task Start_OnThePortOfADisposedOne_ServesThereAgain()
    {
        int port;
        await using (var first = EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new TopicDefinition("t", 1)], FixedPort: 0)))
        {
            port = first.Forwarders[0].Port;
            KafkaIo.Produce(first.BootstrapServers, "t", 10);
        }

        await using var second = EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new TopicDefinition("t", 1)], FixedPort: port));
        KafkaIo.Produce(second.BootstrapServers, "t", 3);

        second.BootstrapServers.ShouldBe(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"));
        KafkaIo.ConsumeInGroup(second.BootstrapServers, "t", 3).Count.ShouldBe(3);
        second.Forwarders[0].ConnectionsAccepted.ShouldBeGreaterThan(1);
    }
}
