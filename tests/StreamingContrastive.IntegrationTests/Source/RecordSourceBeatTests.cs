using StreamingContrastive.Pipeline.Kafka.Source;

namespace StreamingContrastive.IntegrationTests.Source;

public sealed class RecordSourceBeatTests
{
    /// <summary>Without PositionBeat nothing ever betrays the loss of the last chunk before a quiet time.</summary>
    [Fact]
    public async Task Beat_LastChunkWasLost_IsReadAgain()
    {
        await using var broker = new SourceBroker(2);
        broker.Produce(0, 30);
        var table = SourceBroker.Table(1, (0, 0), (1, 0));
        await using var source = broker.Start(table);
        var ledger = new Ledger(table);
        var lost = false;

        while (ledger.Count < 30)
        {
            var item = await source.Events.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            if (!lost && item is ChunkRead { Chunk: { Records.Count: > 0, To: 30 } })
            {
                lost = true;
                continue;
            }

            ledger.Take(source, item);
        }

        lost.ShouldBeTrue();
        ledger.Refused.ShouldBeGreaterThan(0);
        ledger.Records[SourceBroker.Partition(0)].Select(r => r.Offset).ShouldBe(Enumerable.Range(0, 30).Select(i => (long)i));
        source.Statistics.Rewinds.ShouldBe(1);
    }

    [Fact]
    public async Task Beat_ReaderTakesNothing_AddsNothingToAFullChannel()
    {
        await using var broker = new SourceBroker(4);
        broker.Produce(0, 2000);
        await using var source = broker.Start(
            SourceBroker.Table(1, (0, 0), (1, 0), (2, 0), (3, 0)),
            new RecordSourceSettings([SourceBroker.Topic]) { ChannelCapacity = 4, BeatInterval = TimeSpan.FromMilliseconds(20), PauseAfter = TimeSpan.FromMilliseconds(100) });
        await Eventually.BecomesTrueAsync(() => source.Statistics.PausedTime > TimeSpan.FromSeconds(1), "the partitions are paused");

        source.Events.Count.ShouldBe(4);
        var (records, next) = (0, 0L);
        while (records < 2000)
        {
            var chunk = ((ChunkRead)await source.Events.ReadAsync(TestContext.Current.CancellationToken)).Chunk;
            records += chunk.Records.Count;
            if (chunk.Partition == SourceBroker.Partition(0) && chunk.Records.Count > 0)
            {
                chunk.From.ShouldBe(next);
                next = chunk.To;
            }
        }

        records.ShouldBe(2000);
        next.ShouldBe(2000);
    }
}
