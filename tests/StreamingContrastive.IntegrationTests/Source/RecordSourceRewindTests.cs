using StreamingContrastive.Pipeline.Kafka.Source;

namespace StreamingContrastive.IntegrationTests.Source;

public sealed class RecordSourceRewindTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rewind_MidStream_RereadsExactlyFromThereAndTellsStaleWork()
    {
        await using var broker = new SourceBroker(2);
        broker.Produce(0, 1000);
        broker.Produce(1, 1000);
        await using var source = broker.Start(SourceBroker.NoOffsets);
        var ledger = new Ledger(SourceBroker.NoOffsets);
        await ledger.ReadUntilAsync(source, () => ledger.Table.Next.GetValueOrDefault(SourceBroker.Partition(0)) >= 300);

        // The next chunk of partition 0 is lost on its way to the trainer.
        ChunkRead lost;
        do
        {
            lost = (await source.Events.ReadAsync(Token)).ShouldBeOfType<ChunkRead>();
        }
        while (lost.Partition.Partition != 0 && ledger.Take(source, lost));
        await ledger.ReadUntilAsync(source, () => ledger.Count == 2000);

        ledger.Refused.ShouldBeGreaterThan(0);
        source.Statistics.Rewinds.ShouldBe(1);
        await Eventually.BecomesTrueAsync(() => source.Statistics.IgnoredRewinds == ledger.Refused - 1, "Every further refusal is the same one.");
        foreach (int partition in new[] { 0, 1 })
        {
            ledger.Records[SourceBroker.Partition(partition)].Select(record => record.Offset).ShouldBe(Enumerable.Range(0, 1000).Select(i => (long)i));
        }

        source.Admits(lost.Partition, lost.Assignment).ShouldBeFalse();
    }

    [Fact]
    public async Task Rewind_FirstChunkOfAnUnknownPartition_TheTrainerDecidesTheStart()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, 300);
        await using var source = broker.Start(SourceBroker.NoOffsets);

        // The source does not know the partition; the trainer does.
        var ledger = new Ledger(SourceBroker.Table(1, (0, 211)));
        await ledger.ReadUntilAsync(source, () => ledger.Count == 89);

        ledger.Records[SourceBroker.Partition(0)][0].Offset.ShouldBe(211);
        source.Statistics.Rewinds.ShouldBe(1);
    }

    [Fact]
    public async Task Rewind_WhilePausedAndFull_DropsWhatWaitsAndGoesOnThere()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, 3000);
        var settings = new RecordSourceSettings([SourceBroker.Topic]) { ChannelCapacity = 2, PauseAfter = TimeSpan.FromMilliseconds(50) };
        await using var source = broker.Start(SourceBroker.NoOffsets, settings);
        var first = (await source.Events.ReadAsync(Token)).ShouldBeOfType<ChunkRead>().Chunk;
        await Eventually.BecomesTrueAsync(() => source.Statistics.PausedTime > TimeSpan.Zero, "The source pauses.");

        source.Rewind(first.Partition, 17, 1, first.Assignment);
        await Eventually.BecomesTrueAsync(() => source.Statistics.Rewinds == 1, "The rewind is obeyed.");
        var ledger = new Ledger(SourceBroker.Table(1, (0, 17)));
        await ledger.ReadUntilAsync(source, () => ledger.Count == 3000 - 17);

        ledger.Records[first.Partition].Select(record => record.Offset).ShouldBe(Enumerable.Range(17, 3000 - 17).Select(i => (long)i));
        source.Statistics.StaleChunks.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Adopt_NewTrainer_EveryPartitionBeginsAgainUnderTheNewEpoch()
    {
        await using var broker = new SourceBroker(3);
        for (int partition = 0; partition < 3; partition++)
        {
            broker.Produce(partition, 400);
        }

        await using var source = broker.Start(SourceBroker.NoOffsets);
        var before = new Ledger(SourceBroker.NoOffsets);
        await before.ReadUntilAsync(source, () => before.Count > 500);

        var table = SourceBroker.Table(2, (0, 100), (1, 0), (2, 399));
        source.Adopt(table);
        var after = new Ledger(table);
        await after.ReadUntilAsync(source, () => after.Count == 300 + 400 + 1);

        after.Records[SourceBroker.Partition(0)][0].Offset.ShouldBe(100);
        after.Records[SourceBroker.Partition(2)].ShouldHaveSingleItem().Offset.ShouldBe(399);
    }
}
