using System.Diagnostics;
using System.Globalization;
using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.IntegrationTests.Source;

public sealed class RecordSourceReadingTests
{
    private const int Partitions = 12;
    private const int PerPartition = 500;

    [Fact]
    public async Task Events_TwelvePartitions_HoldEveryRecordOnceAsItWasWritten()
    {
        await using var broker = new SourceBroker(Partitions);
        for (int partition = 0; partition < Partitions; partition++)
        {
            broker.Produce(partition, PerPartition, odd: true);
        }

        await using var source = broker.Start(SourceBroker.NoOffsets);
        var ledger = new Ledger(SourceBroker.NoOffsets);
        await ledger.ReadUntilAsync(source, () => ledger.Count == Partitions * PerPartition);

        ledger.Refused.ShouldBe(0);
        foreach (var (partition, records) in ledger.Records)
        {
            records.Select(record => record.Offset).ShouldBe(Enumerable.Range(0, PerPartition).Select(i => (long)i));
            foreach (var record in records)
            {
                int i = (int)record.Offset;
                Encoding.UTF8.GetString(record.Key!).ShouldBe(i.ToString(CultureInfo.InvariantCulture));
                record.Value.ShouldBe(SourceBroker.ValueOf(partition.Partition, i, 784, odd: true));
                record.Headers.FindInt64("label").ShouldBe(i % 10);
                record.TimestampUnixMs.ShouldBeGreaterThan(0);
            }
        }

        source.Statistics.ConsumedRecords.ShouldBe(Partitions * PerPartition);
    }

    [Fact]
    public async Task Events_TrickleOfOneRecord_DoesNotWaitForAFullChunk()
    {
        await using var broker = new SourceBroker(2);
        await using var source = broker.Start(SourceBroker.NoOffsets);
        var ledger = new Ledger(SourceBroker.NoOffsets);
        for (int i = 0; i < 3; i++)
        {
            broker.Produce(partition: 1, count: 1, first: i);
            await ledger.ReadUntilAsync(source, () => ledger.Count == i + 1);
        }

        ledger.Records[SourceBroker.Partition(1)].Select(record => record.Offset).ShouldBe([0, 1, 2]);
    }

    [Fact]
    public async Task Start_TableKnowsSomePartitions_BeginsThereAndAtTheStartPositionElsewhere()
    {
        await using var broker = new SourceBroker(3);
        for (int partition = 0; partition < 3; partition++)
        {
            broker.Produce(partition, 200);
        }

        broker.Kafka.DeleteRecordsBefore(SourceBroker.Topic, 2, 50);
        var table = SourceBroker.Table(4, (0, 120), (1, 200));
        await using var source = broker.Start(table);
        var ledger = new Ledger(table);
        await ledger.ReadUntilAsync(source, () => ledger.Count == 80 + 150);

        ledger.Records[SourceBroker.Partition(0)][0].Offset.ShouldBe(120);
        ledger.Records.ShouldNotContainKey(SourceBroker.Partition(1));
        ledger.Records[SourceBroker.Partition(2)][0].Offset.ShouldBe(50);
        ledger.Refused.ShouldBe(0);
    }

    [Fact]
    public async Task Start_LatestAndUnknown_BeginsAtTheEndAsItWas()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, 100);
        var logger = new RecordingLogger();
        await using var source = broker.Start(
            SourceBroker.NoOffsets, new RecordSourceSettings([SourceBroker.Topic]) { Start = StartPosition.Latest }, logger: logger);
        await Eventually.BecomesTrueAsync(() => logger.Count(201) == 1, "The start is resolved.");

        broker.Produce(0, 10, first: 100);
        var ledger = new Ledger(SourceBroker.NoOffsets);
        await ledger.ReadUntilAsync(source, () => ledger.Count == 10);

        ledger.Records[SourceBroker.Partition(0)][0].Offset.ShouldBe(100);
    }

    [Fact]
    public async Task Events_ChunksOfLargeRecords_StayWithinTheByteLimitAndCarryATrace()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, 20, bytes: 200_000);
        using var metrics = new PipelineMetrics();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PipelineTracing.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        await using var source = broker.Start(SourceBroker.NoOffsets, new RecordSourceSettings([SourceBroker.Topic]) { Telemetry = new PipelineTelemetry(metrics, "pipeline", TimeProvider.System) });
        var sizes = new List<int>();
        var traces = new HashSet<ActivityTraceId>();
        int records = 0;
        while (records < 20)
        {
            var chunk = (await source.Events.ReadAsync(TestContext.Current.CancellationToken)).ShouldBeOfType<ChunkRead>().Chunk;
            traces.Add(chunk.Trace.Context.TraceId);
            chunk.Trace.ReceivedAt.ShouldNotBe(default);
            records += chunk.Records.Count;
            sizes.Add(chunk.Records.Sum(record => record.Value!.Length));
        }

        sizes.ShouldAllBe(size => size <= RecordChunk.MaxBytes);
        sizes.Count.ShouldBeGreaterThanOrEqualTo(4);
        traces.ShouldNotContain(default(ActivityTraceId));
        traces.Count.ShouldBe(sizes.Count, "each chunk begins a trace");
    }

    [Fact]
    public async Task Commit_TrainersTable_ReachesTheGroupAndPositionsAreReported()
    {
        await using var broker = new SourceBroker(1);
        broker.Produce(0, 300);
        await using var source = broker.Start(SourceBroker.NoOffsets);
        var ledger = new Ledger(SourceBroker.NoOffsets);
        await ledger.ReadUntilAsync(source, () => ledger.Count == 300);

        source.Commit(SourceBroker.Table(1, (0, 170)));
        source.Commit(SourceBroker.Table(2, (0, 5)));

        await Eventually.BecomesTrueAsync(() => broker.Committed(0) == 170, "The commit arrives.");
        await Eventually.BecomesTrueAsync(() => source.Statistics.Partitions is [{ Next: 300, HighWatermark: 300 }], "The position is known.");
        source.Statistics.CommitFailures.ShouldBe(0);
    }
}
