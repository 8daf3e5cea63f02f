using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamingContrastive.Pipeline.Kafka.Topics;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Topics;

public sealed class TopicReportTests
{
    private static readonly TopicSpec Spec = new("out", 12, Config: new Dictionary<string, string> { ["cleanup.policy"] = "compact" });

    [Fact]
    public void Present_WithTheSameNumberOfPartitions_Exists() => TopicReport.Present(Spec, 12).Outcome.ShouldBe(TopicOutcome.Exists);

    [Fact]
    public void Present_WithAnotherNumber_SaysBothAndThatNothingWasChanged()
    {
        var result = TopicReport.Present(Spec, 4);

        result.Outcome.ShouldBe(TopicOutcome.ExistsWithOtherPartitions);
        result.Partitions.ShouldBe(4);
        result.Text.ShouldContain("4 partition(s) where 12 are asked for; left as it is");
    }

    [Fact]
    public void CreatedByName_WithOtherPartitionsAndSettings_SaysWhatIsMissing()
    {
        var result = TopicReport.CreatedByName(Spec, 4);

        result.Outcome.ShouldBe(TopicOutcome.CreatedByName);
        result.Text.ShouldContain("4 partition(s) instead of 12, without cleanup.policy=compact");
    }

    [Fact]
    public void Refusal_OfATopic_NamesItTheReasonAndWhatToDo() =>
        TopicReport.Refusal([new CreateTopicReport { Topic = "out", Error = new Error(ErrorCode.InvalidReplicationFactor, "only 1 broker") }])
            .ShouldBe("The broker refused out: only 1 broker. Set a replication factor of at most the number of brokers, or -1 for the broker's default.");
}
