using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Source;

namespace StreamingContrastive.IntegrationTests.Source;

public sealed class RecordSourceGapTests
{
    private const int RecordBytes = 8000;

    // Three times what a partition of the embedded broker keeps: the oldest are gone.
    private const int Produced = 3 * EmbeddedKafkaLimits.PartitionBytes / RecordBytes;

    [Fact]
    public async Task Fail_OffsetWasDropped_EndsNamingTheGapAndTheMend()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, Produced, RecordBytes);
        await using var source = broker.Start(SourceBroker.Table(1, (0, 10)));

        var gap = await Should.ThrowAsync<OffsetGapException>(source.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        (gap.Partition, gap.Wanted, gap.High).ShouldBe((SourceBroker.Partition(0), 10, Produced));
        gap.Low.ShouldBeInRange(Produced / 2, Produced);
        gap.Message.ShouldContain("input:onGap");
        await Should.ThrowAsync<OffsetGapException>(source.Events.Completion);
    }

    [Fact]
    public async Task Earliest_OffsetWasDropped_TellsTheLedgerAndReadsWhatIsLeft()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, Produced, RecordBytes);
        var table = SourceBroker.Table(1, (0, 10));
        await using var source = broker.Start(table, new RecordSourceSettings([SourceBroker.Topic]) { OnGap = GapPolicy.Earliest });
        var ledger = new Ledger(table);
        await ledger.ReadUntilAsync(source, () => ledger.Table.Next[SourceBroker.Partition(0)] == Produced);

        var gap = ledger.Gaps.ShouldHaveSingleItem();
        gap.From.ShouldBe(10);
        ledger.Records[SourceBroker.Partition(0)].Select(record => record.Offset).ShouldBe(Enumerable.Range((int)gap.To, Produced - (int)gap.To).Select(i => (long)i));
        (source.Statistics.Gaps, source.Statistics.GapOffsets).ShouldBe((1, gap.To - 10));
        ledger.Refused.ShouldBe(0);
    }

    [Fact]
    public async Task Latest_OffsetWasDropped_GoesOnAtTheEnd()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, 500);
        broker.Kafka.DeleteRecordsBefore(SourceBroker.Topic, 0, 400);
        var table = SourceBroker.Table(1, (0, 10));
        await using var source = broker.Start(table, new RecordSourceSettings([SourceBroker.Topic]) { OnGap = GapPolicy.Latest });
        var ledger = new Ledger(table);
        await ledger.ReadUntilAsync(source, () => ledger.Gaps.Count == 1);

        broker.Produce(0, 20, first: 500);
        await ledger.ReadUntilAsync(source, () => ledger.Count == 20);

        (ledger.Gaps[0].From, ledger.Gaps[0].To).ShouldBe((10, 500));
        ledger.Records[SourceBroker.Partition(0)][0].Offset.ShouldBe(500);
    }

    [Fact]
    public async Task Earliest_TopicIsShorterThanTheTable_JumpsBackToItsBeginning()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, 30);
        var table = SourceBroker.Table(1, (0, 1000));
        await using var source = broker.Start(table, new RecordSourceSettings([SourceBroker.Topic]) { OnGap = GapPolicy.Earliest });
        var ledger = new Ledger(table);
        await ledger.ReadUntilAsync(source, () => ledger.Count == 30);

        (ledger.Gaps[0].From, ledger.Gaps[0].To).ShouldBe((1000, 0));
        source.Statistics.GapOffsets.ShouldBe(0);
    }

    [Fact]
    public async Task Earliest_RewoundToADroppedOffset_JumpsAndCanBeRewoundAgain()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, 500);
        var partition = SourceBroker.Partition(0);
        await using var source = broker.Start(
            SourceBroker.Table(1, (0, 300)), new RecordSourceSettings([SourceBroker.Topic]) { OnGap = GapPolicy.Earliest });
        var ahead = new Ledger(SourceBroker.Table(1, (0, 300)));
        await ahead.ReadUntilAsync(source, () => ahead.Count == 200);

        // The trainer went back to an offset that is gone by now, then further back still.
        broker.Kafka.DeleteRecordsBefore(SourceBroker.Topic, 0, 200);
        source.Adopt(SourceBroker.Table(2, (0, 100)));
        var second = new Ledger(SourceBroker.Table(2, (0, 100)));
        await second.ReadUntilAsync(source, () => second.Count == 300);
        source.Adopt(SourceBroker.Table(3, (0, 50)));
        var third = new Ledger(SourceBroker.Table(3, (0, 50)));
        await third.ReadUntilAsync(source, () => third.Count == 300);

        (second.Gaps[0].From, second.Gaps[0].To).ShouldBe((100, 200));
        (third.Gaps[0].From, third.Gaps[0].To).ShouldBe((50, 200));
        third.Records[partition][0].Offset.ShouldBe(200);
    }

    [Fact]
    public async Task Fail_OffsetIsTheEndOfTheTopic_IsNoGap()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, 30);
        var table = SourceBroker.Table(1, (0, 30));
        await using var source = broker.Start(table);
        var ledger = new Ledger(table);

        broker.Produce(0, 1, first: 30);
        await ledger.ReadUntilAsync(source, () => ledger.Count == 1);

        ledger.Gaps.ShouldBeEmpty();
    }
}
