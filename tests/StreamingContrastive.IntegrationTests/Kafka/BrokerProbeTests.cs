using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Topics;

namespace StreamingContrastive.IntegrationTests.Kafka;

public sealed class BrokerProbeTests
{
    private readonly ListLogger _logger = new();

    [Fact]
    public async Task ConnectAsync_ToALiveCluster_ReturnsItsIdBrokersAndTopics()
    {
        await using var kafka = EmbeddedKafka.Start(
            new EmbeddedKafkaOptions(Brokers: 3, Topics: [new TopicDefinition("b", 2), new TopicDefinition("a", 12)], FixedPort: 0));

        var info = await BrokerProbe.ConnectAsync(new KafkaOptions { BootstrapServers = kafka.BootstrapServers }, _logger, TimeProvider.System);
        var again = await BrokerProbe.ConnectAsync(new KafkaOptions { BootstrapServers = kafka.BootstrapServers }, _logger, TimeProvider.System);

        info.ClusterId.ShouldNotBeNullOrWhiteSpace();
        again.ClusterId.ShouldBe(info.ClusterId);
        info.Brokers.ShouldBe(kafka.Forwarders.Select((forwarder, i) => new BrokerAddress(i + 1, "127.0.0.1", forwarder.Port)));
        info.Topics.Select(topic => (topic.Name, topic.Partitions, topic.ReplicationFactor)).ShouldBe([("a", 12, 3), ("b", 2, 3)]);
        info.Topics.Select(topic => topic.TopicId).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task ConnectAsync_ToADeadAddress_NamesItWithinTenSecondsAndGivesUpInTime()
    {
        var address = $"127.0.0.1:{FreePort()}";
        var options = new KafkaOptions { BootstrapServers = address, ConnectTimeout = TimeSpan.FromSeconds(6) };
        var start = TimeProvider.System.GetTimestamp();

        var e = await Should.ThrowAsync<BrokerUnavailableException>(() => BrokerProbe.ConnectAsync(options, _logger, TimeProvider.System));

        TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(9));
        e.Message.ShouldContain(address);
        e.Message.ShouldContain("Connection refused");
        var first = _logger.Entries[0];
        first.Level.ShouldBe(LogLevel.Warning);
        first.Text.ShouldContain(address);
        first.After.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        _logger.Entries.Select(entry => entry.Text).ShouldBeUnique();
    }

    [Fact]
    public async Task ConnectAsync_ToAHostThatNobodyKnows_AdvisesAboutTheName()
    {
        var options = new KafkaOptions { BootstrapServers = "no-such-host.invalid:9092", ConnectTimeout = TimeSpan.FromSeconds(1) };

        var e = await Should.ThrowAsync<BrokerUnavailableException>(() => BrokerProbe.ConnectAsync(options, _logger, TimeProvider.System));

        e.Message.ShouldContain("no-such-host.invalid");
        e.Message.ShouldContain("advertised.listeners");
    }

    [Fact]
    public async Task ConnectAsync_ToABrokerThatComesUpLater_Connects()
    {
        await using var kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions(FixedPort: 0));
        kafka.Forwarders[0].Faults.RefuseConnections = true;
        var connecting = BrokerProbe.ConnectAsync(new KafkaOptions { BootstrapServers = kafka.BootstrapServers }, _logger, TimeProvider.System);
        await KafkaIo.UntilAsync(() => _logger.Entries.Count > 0);

        kafka.Forwarders[0].Faults.RefuseConnections = false;

        (await connecting).Brokers.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ConnectAsync_Cancelled_EndsSoon()
    {
        using var cancel = new CancellationTokenSource();
        var connecting = BrokerProbe.ConnectAsync(
            new KafkaOptions { BootstrapServers = $"127.0.0.1:{FreePort()}" }, _logger, TimeProvider.System, cancel.Token);
        var start = TimeProvider.System.GetTimestamp();

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => connecting);
        TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(3));
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
