using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Source;

public sealed class GapDecisionTests
{
    private static readonly PartitionId Partition = new("records", 4);

    [Theory]
    [InlineData(GapPolicy.Earliest, 10, 100)]
    [InlineData(GapPolicy.Latest, 10, 200)]
    [InlineData(GapPolicy.Earliest, 300, 100)]
    [InlineData(GapPolicy.Latest, 300, 200)]
    [InlineData(GapPolicy.Fail, 100, 100)]
    [InlineData(GapPolicy.Fail, 150, 150)]
    [InlineData(GapPolicy.Fail, 200, 200)]
    public void Resolve_TopicHolds100To200_GoesOnAt(GapPolicy policy, long wanted, long expected) =>
        GapDecision.Resolve(policy, Partition, wanted, 100, 200).ShouldBe(expected);

    [Theory]
    [InlineData(10, "90 offsets were deleted")]
    [InlineData(201, "made anew")]
    public void Resolve_FailPolicy_TeachesWhatIsMissing(long wanted, string reason)
    {
        var gap = Should.Throw<OffsetGapException>(() => GapDecision.Resolve(GapPolicy.Fail, Partition, wanted, 100, 200));

        (gap.Partition, gap.Wanted, gap.Low, gap.High).ShouldBe((Partition, wanted, 100, 200));
        gap.Message.ShouldContain($"records[4] no longer holds offset {wanted}");
        gap.Message.ShouldContain("[100, 200)");
        gap.Message.ShouldContain(reason);
        gap.Message.ShouldContain("input:onGap");
    }
}
