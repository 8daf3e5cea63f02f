using Confluent.Kafka;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Source;

public sealed class PartitionReaderTests
{
    private static readonly TopicPartition Partition = new("records", 0);

    [Fact]
    public void New_KnownStart_ReadsAtOnce()
    {
        var reader = new PartitionReader(Partition, Reading(1, 40));

        (reader.State, reader.Next).ShouldBe((ReaderState.Reading, 40));
    }

    [Fact]
    public void New_UnknownStart_ResolvesSeeksReads()
    {
        var reader = new PartitionReader(Partition, Reading(1, null));
        (reader.State, reader.Next).ShouldBe((ReaderState.Resolving, null));
        Should.Throw<InvalidOperationException>(() => reader.Builder).Message.ShouldContain("records[0]");

        reader.SeekFrom(7);
        (reader.State, reader.Next).ShouldBe((ReaderState.Seeking, 7));

        reader.Sought();
        reader.State.ShouldBe(ReaderState.Reading);
    }

    [Fact]
    public void MeetGap_Reading_StopsTheClientUntilItIsSent()
    {
        var reader = new PartitionReader(Partition, Reading(1, 40));

        reader.MeetGap();
        (reader.State, reader.IsStopped).ShouldBe((ReaderState.InGap, true));
        reader.SeekFrom(90);
        reader.Sought();

        (reader.State, reader.IsStopped, reader.Next).ShouldBe((ReaderState.Reading, false, 90));
    }

    [Fact]
    public void MeetGap_OnTheWayElsewhere_IsNoGapButStopsTheClient()
    {
        var reader = new PartitionReader(Partition, Reading(1, 40));
        reader.Begin(Reading(2, 20));

        reader.MeetGap();

        (reader.State, reader.IsStopped, reader.Next).ShouldBe((ReaderState.Seeking, true, 20));
    }

    [Fact]
    public void Begin_InGap_LeavesItForTheNewStart()
    {
        var reader = new PartitionReader(Partition, Reading(1, 40));
        reader.MeetGap();

        reader.Begin(Reading(2, 20));

        (reader.State, reader.IsStopped, reader.Next, reader.Reading.Assignment.Number).ShouldBe((ReaderState.Seeking, true, 20, 2));
    }

    private static PartitionReading Reading(long number, long? start) =>
        new(new PartitionId("records", 0), new AssignmentEpoch(Guid.Empty, number), 1, start);
}
