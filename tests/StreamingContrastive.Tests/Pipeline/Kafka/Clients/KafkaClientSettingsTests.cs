using Confluent.Kafka;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Clients;

public sealed class KafkaClientSettingsTests
{
    private static readonly KafkaOptions Plain = new() { BootstrapServers = "broker:9092" };

    [Fact]
    public void Consumer_WithoutSettings_OwnsOffsetsAndKeepsQueuesSmall()
    {
        var config = KafkaClientSettings.Consumer(Plain, "fashion", "group", "member-1");

        config.BootstrapServers.ShouldBe("broker:9092");
        config.ClientId.ShouldBe("fashion");
        config.GroupId.ShouldBe("group");
        config.GroupInstanceId.ShouldBe("member-1");
        config.EnableAutoCommit.ShouldBe(false);
        config.EnableAutoOffsetStore.ShouldBe(false);
        config.AutoOffsetReset.ShouldBe(AutoOffsetReset.Error);
        config.PartitionAssignmentStrategy.ShouldBe(PartitionAssignmentStrategy.CooperativeSticky);
        config.QueuedMinMessages.ShouldBe(2000);
        config.QueuedMaxMessagesKbytes.ShouldBe(16384);
        config.AllowAutoCreateTopics.ShouldBe(false);
    }

    [Fact]
    public void Producer_WithoutSettings_IsIdempotentAndPartitionsAsTheJvm()
    {
        var config = KafkaClientSettings.Producer(Plain, "fashion", "fashion-outbox");

        config.EnableIdempotence.ShouldBe(true);
        config.Partitioner.ShouldBe(Partitioner.Murmur2Random);
        config.TransactionalId.ShouldBe("fashion-outbox");
        KafkaClientSettings.Producer(Plain, "fashion").TransactionalId.ShouldBeNull();
    }

    [Fact]
    public void Settings_OfClientAndRole_WinOverDefaultsInThatOrder()
    {
        var options = Plain with
        {
            Client = new Dictionary<string, string> { ["linger.ms"] = "1", ["fetch.wait.max.ms"] = "11", ["client.id"] = "mine", ["any.key"] = "kept" },
            Consumer = new Dictionary<string, string> { ["fetch.wait.max.ms"] = "22" },
            Producer = new Dictionary<string, string> { ["linger.ms"] = "33" },
        };

        KafkaClientSettings.Consumer(options, "x", "g").Get("fetch.wait.max.ms").ShouldBe("22");
        KafkaClientSettings.Producer(options, "x").Get("linger.ms").ShouldBe("33");
        KafkaClientSettings.Producer(options, "x").Get("fetch.wait.max.ms").ShouldBe("11");
        var admin = KafkaClientSettings.Admin(options, "x");
        admin.Get("linger.ms").ShouldBe("1");
        admin.Get("any.key").ShouldBe("kept");
        admin.ClientId.ShouldBe("mine");
    }

    [Fact]
    public void Consumer_WithTheNewGroupProtocol_LeavesTheAssignorToTheBroker()
    {
        var options = Plain with { Consumer = new Dictionary<string, string> { ["group.protocol"] = "consumer" } };

        var config = KafkaClientSettings.Consumer(options, "x", "g");

        (config.PartitionAssignmentStrategy, config.SessionTimeoutMs, config.HeartbeatIntervalMs).ShouldBe((null, null, null));
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).Build(); // librdkafka accepts the combination.
    }

    [Fact]
    public void Consumer_SessionTimeout_IsShortUnlessTheUserSetsIt()
    {
        KafkaClientSettings.Consumer(Plain, "x", "g").SessionTimeoutMs.ShouldBe(6000);
        KafkaClientSettings.Consumer(Plain with { Consumer = new Dictionary<string, string> { ["session.timeout.ms"] = "45000" } }, "x", "g").SessionTimeoutMs.ShouldBe(45000);
    }

    public static TheoryData<string> Owned => [.. OwnedSettings.Keys];

    [Theory]
    [MemberData(nameof(Owned))]
    public void Validate_WithAKeyThatThePipelineOwns_NamesTheKeyAndItsSection(string key)
    {
        var given = new Dictionary<string, string> { [key.ToUpperInvariant()] = "x" };

        Should.Throw<KafkaSettingException>(() => KafkaClientSettings.Validate(Plain with { Client = given })).Message.ShouldContain($"kafka:client:{key.ToUpperInvariant()}");
        Should.Throw<KafkaSettingException>(() => KafkaClientSettings.Validate(Plain with { Consumer = given })).Message.ShouldContain("kafka:consumer:");
        Should.Throw<KafkaSettingException>(() => KafkaClientSettings.Validate(Plain with { Producer = given })).Message.ShouldContain("kafka:producer:");
    }

    [Fact]
    public void Validate_WithCredentialsThatNoProtocolSends_NamesTheProtocolToSet()
    {
        var options = Plain with { Client = new Dictionary<string, string> { ["sasl.username"] = "alice", ["sasl.password"] = "hunter2" } };

        var e = Should.Throw<KafkaSettingException>(() => KafkaClientSettings.Validate(options));

        e.Message.ShouldContain("security.protocol");
        e.ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public void Validate_WithOAuthBearerWithoutTokens_NamesTheSettings()
    {
        var options = Plain with { Client = new Dictionary<string, string> { ["security.protocol"] = "SASL_SSL", ["sasl.mechanism"] = "OAUTHBEARER" } };

        Should.Throw<KafkaSettingException>(() => KafkaClientSettings.Validate(options)).Message.ShouldContain("sasl.oauthbearer.token.endpoint.url");
    }
}
