using Confluent.Kafka;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Source;

public sealed class RecordSourcePressureTests
{
    private const int Partitions = 6;
    private const int PerPartition = 3000;
    private const int Capacity = 4;
    private static readonly TimeSpan MaxPoll = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Events_ReaderStops_NothingPilesUpTheMemberStaysAndGoesOn()
    {
        await using var broker = new SourceBroker(Partitions);
        for (int partition = 0; partition < Partitions; partition++)
        {
            broker.Produce(partition, PerPartition);
        }

        var logger = new RecordingLogger();
        var settings = new RecordSourceSettings([SourceBroker.Topic]) { ChannelCapacity = Capacity, PauseAfter = TimeSpan.FromMilliseconds(100) };
        await using var source = broker.Start(SourceBroker.NoOffsets, settings, logger: logger, configure: config =>
        {
            config.SessionTimeoutMs = (int)MaxPoll.TotalMilliseconds;
            config.MaxPollIntervalMs = (int)MaxPoll.TotalMilliseconds;
        });

        // A client that is not polled for max.poll.interval.ms is thrown out of the group: stand still for twice that.
        await Eventually.BecomesTrueAsync(() => source.Statistics.PausedTime > 2 * MaxPoll, "The source stays paused.");

        // The channel, one partial chunk a partition, and the chunk that found the channel full.
        source.Statistics.ConsumedRecords.ShouldBeLessThanOrEqualTo((Capacity + Partitions + 1) * RecordChunk.MaxRecords);
        var ledger = new Ledger(SourceBroker.NoOffsets);
        await ledger.ReadUntilAsync(source, () => ledger.Count == Partitions * PerPartition);

        ledger.Refused.ShouldBe(0);
        source.Statistics.ConsumedRecords.ShouldBe(Partitions * PerPartition);
        logger.Count(202).ShouldBe(0, "No partition was revoked or lost.");
        logger.Count(208).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Events_ReaderIsSteadilySlower_NeverPausesThePartitions()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, 2000);
        var settings = new RecordSourceSettings([SourceBroker.Topic]) { ChannelCapacity = 1, PauseAfter = TimeSpan.FromSeconds(20) };
        var table = SourceBroker.Table(1, (0, 0));
        await using var source = broker.Start(table, settings);
        var ledger = new Ledger(table);
        long held = 0;
        await ledger.ReadUntilAsync(source, () =>
        {
            // The source is always ahead by the channel and the chunk that found it full.
            held = Math.Max(held, source.Statistics.ConsumedRecords - ledger.Count);
            return ledger.Count == 2000;
        });

        held.ShouldBeLessThanOrEqualTo(4 * RecordChunk.MaxRecords);
        source.Statistics.PausedTime.ShouldBe(TimeSpan.Zero);
        source.Statistics.StaleRecords.ShouldBe(0);
    }
}
