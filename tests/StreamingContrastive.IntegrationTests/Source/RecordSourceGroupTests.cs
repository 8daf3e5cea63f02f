using System.Diagnostics;
using StreamingContrastive.Pipeline.Kafka.Source;

namespace StreamingContrastive.IntegrationTests.Source;

public sealed class RecordSourceGroupTests
{
    private const int Partitions = 4;

    [Fact]
    public async Task Events_TwoMembersOneLeaves_TheOtherTakesOverFromTheTable()
    {
        await using var broker = new SourceBroker(Partitions);
        for (int partition = 0; partition < Partitions; partition++)
        {
            broker.Produce(partition, 300);
        }

        await using var stays = broker.Start(SourceBroker.NoOffsets);
        await using var leaves = broker.Start(SourceBroker.NoOffsets);
        await Eventually.BecomesTrueAsync(
            () => stays.Statistics.Partitions.Count == Partitions / 2 && leaves.Statistics.Partitions.Count == Partitions / 2, "They share.");
        var ledger = new Ledger(SourceBroker.NoOffsets);
        await ReadBothAsync(ledger, stays, leaves, Partitions * 300);

        // Both hear how far the trainer is; then the one leaves and more records come.
        stays.Commit(ledger.Table);
        leaves.Commit(ledger.Table);
        await leaves.StopAsync();
        for (int partition = 0; partition < Partitions; partition++)
        {
            broker.Produce(partition, 100, first: 300);
        }

        int refusedBefore = ledger.Refused;
        await ledger.ReadUntilAsync(stays, () => ledger.Count == Partitions * 400);

        ledger.Refused.ShouldBe(refusedBefore, "The table answered the take-over: nothing had to be read again.");
        ledger.Records.Values.ShouldAllBe(records => records.Select(record => record.Offset).SequenceEqual(Enumerable.Range(0, 400).Select(i => (long)i)));
    }

    [Fact]
    public async Task Events_BrokerGoesAndComesBack_LogsOnceAndReadsOn()
    {
        await using var broker = new SourceBroker(2);
        broker.Produce(0, 200);
        var logger = new RecordingLogger();
        await using var source = broker.Start(SourceBroker.NoOffsets, logger: logger);
        var ledger = new Ledger(SourceBroker.NoOffsets);
        await ledger.ReadUntilAsync(source, () => ledger.Count == 200);

        broker.Kafka.SetBrokerDown();
        await Eventually.BecomesTrueAsync(() => source.Statistics.TransientErrors > 1, "The source notices.");
        broker.Kafka.SetBrokerUp();
        broker.Produce(1, 100);
        await ledger.ReadUntilAsync(source, () => ledger.Count == 300);

        logger.Entries.Where(entry => entry.Event == 203).GroupBy(entry => entry.Text).ShouldAllBe(same => same.Count() == 1);
        logger.Count(204).ShouldBe(1);
        source.Completion.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task StopAsync_BrokerIsAway_EndsSoon()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, 200);
        await using var source = broker.Start(SourceBroker.NoOffsets, configure: config => config.SessionTimeoutMs = 15_000);
        var ledger = new Ledger(SourceBroker.NoOffsets);
        await ledger.ReadUntilAsync(source, () => ledger.Count == 200);
        source.Commit(ledger.Table);
        broker.Kafka.SetBrokerDown();

        long start = Stopwatch.GetTimestamp();
        await source.StopAsync();

        // The client itself gives up after 15 s.
        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        source.Events.Completion.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task StopAsync_Running_LeavesTheGroupAtOnce()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, 10);
        var logger = new RecordingLogger();
        await using var first = broker.Start(SourceBroker.NoOffsets, logger: logger);
        var ledger = new Ledger(SourceBroker.NoOffsets);
        await ledger.ReadUntilAsync(first, () => ledger.Count == 10);

        await first.StopAsync();

        logger.Count(202).ShouldBe(1);
        logger.Count(210).ShouldBe(1);
        await using var second = broker.Start(SourceBroker.Table(1, (0, 4)));
        var again = new Ledger(SourceBroker.Table(1, (0, 4)));
        await again.ReadUntilAsync(second, () => again.Count == 6);
    }

    private static async Task ReadBothAsync(Ledger ledger, RecordSource one, RecordSource other, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (ledger.Count < count)
        {
            await Task.WhenAny(one.Events.WaitToReadAsync(patience.Token).AsTask(), other.Events.WaitToReadAsync(patience.Token).AsTask());
            patience.Token.ThrowIfCancellationRequested();
            foreach (var source in new[] { one, other })
            {
                while (source.Events.TryRead(out var item))
                {
                    ledger.Take(source, item);
                }
            }
        }
    }
}
