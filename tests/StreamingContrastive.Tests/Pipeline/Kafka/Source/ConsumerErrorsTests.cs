using Confluent.Kafka;
using StreamingContrastive.Pipeline.Kafka.Source;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Source;

public sealed class ConsumerErrorsTests
{
    [Theory]
    [InlineData(ErrorCode.Local_AllBrokersDown)]
    [InlineData(ErrorCode.Local_Transport)]
    [InlineData(ErrorCode.Local_MaxPollExceeded)]
    [InlineData(ErrorCode.UnknownTopicOrPart)]
    [InlineData(ErrorCode.GroupCoordinatorNotAvailable)]
    public void IsTerminal_MayPass_IsRiddenOut(ErrorCode code) => ConsumerErrors.IsTerminal(new Error(code)).ShouldBeFalse();

    [Theory]
    [InlineData(ErrorCode.Local_BadMsg)]
    [InlineData(ErrorCode.TopicAuthorizationFailed)]
    [InlineData(ErrorCode.FencedInstanceId)]
    public void IsTerminal_WaitingDoesNotHelp_Ends(ErrorCode code) => ConsumerErrors.IsTerminal(new Error(code)).ShouldBeTrue();

    [Fact]
    public void IsTerminal_ClientSaysFatal_Ends() => ConsumerErrors.IsTerminal(new Error(ErrorCode.Local_State, "why", isFatal: true)).ShouldBeTrue();

    [Fact]
    public void Describe_DamagedRecord_NamesPositionGroupAndMend()
    {
        string text = ConsumerErrors.Describe(new Error(ErrorCode.Local_BadMsg, "bad CRC"), new TopicPartitionOffset("records", 2, 17), "demo");

        text.ShouldContain("group 'demo'");
        text.ShouldContain("records[2] offset 17");
        text.ShouldContain("bad CRC");
        text.ShouldContain("input:onGap");
    }
}
