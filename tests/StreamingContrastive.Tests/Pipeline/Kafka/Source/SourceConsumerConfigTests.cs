using Confluent.Kafka;
using StreamingContrastive.Pipeline.Kafka.Source;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Source;

public sealed class SourceConsumerConfigTests
{
    [Fact]
    public void Complete_ProtocolSettings_AreOursWhateverTheCallerSays()
    {
        var given = new ConsumerConfig { GroupId = "g", AutoOffsetReset = AutoOffsetReset.Latest, EnableAutoOffsetStore = true, EnablePartitionEof = false };

        var complete = SourceConsumerConfig.Complete(given);

        complete.AutoOffsetReset.ShouldBe(AutoOffsetReset.Error);
        complete.EnableAutoOffsetStore.ShouldBe(false);
        complete.EnablePartitionEof.ShouldBe(true);
        given.AutoOffsetReset.ShouldBe(AutoOffsetReset.Latest);
    }

    [Fact]
    public void Complete_Limits_AreSmallUnlessTheCallerSaysOtherwise()
    {
        SourceConsumerConfig.Complete(new ConsumerConfig { GroupId = "g" }).QueuedMaxMessagesKbytes.ShouldBe(4096);
        SourceConsumerConfig.Complete(new ConsumerConfig { GroupId = "g", QueuedMaxMessagesKbytes = 1 }).QueuedMaxMessagesKbytes.ShouldBe(1);
    }

    [Fact]
    public void Complete_Assignor_IsCooperativeUnlessTheBrokerAssigns()
    {
        var eager = new ConsumerConfig { GroupId = "g", PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range };
        var brokers = new ConsumerConfig { GroupId = "g", GroupProtocol = GroupProtocol.Consumer };

        SourceConsumerConfig.Complete(eager).PartitionAssignmentStrategy.ShouldBe(PartitionAssignmentStrategy.CooperativeSticky);
        SourceConsumerConfig.Complete(brokers).PartitionAssignmentStrategy.ShouldBeNull();
    }

    [Fact]
    public void Complete_NoGroup_NamesTheSetting() =>
        Should.Throw<ArgumentException>(() => SourceConsumerConfig.Complete(new ConsumerConfig())).Message.ShouldContain("input:groupId");
}
