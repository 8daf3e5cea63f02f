using CsCheck;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Source;

public sealed class ChunkBuilderTests
{
    private static readonly PartitionReading Reading = new(new PartitionId("records", 3), new AssignmentEpoch(Guid.Empty, 7), 2, 10);

    // Gap before the record, size of its value, and whether the source finds nothing more after it. Sizes reach beyond the chunk's.
    private static readonly Gen<(int Gap, int Size, bool Idle)[]> Records = Gen.Select(
        Gen.Frequency((8, Gen.Const(0)), (2, Gen.Int[1, 200])),
        Gen.Frequency((80, Gen.Int[0, 1000]), (10, Gen.Int[1000, 400_000]), (1, Gen.Int[RecordChunk.MaxBytes - 2, RecordChunk.MaxBytes + 2])),
        Gen.Frequency((20, Gen.Const(false)), (1, Gen.Const(true)))).Array[0, 300];

    [Fact]
    public void Close_RandomRecordsWithGaps_RangesJoinWithinLimitsAndHoldEveryRecordOnce() =>
        Records.Sample(
            records =>
            {
                var builder = new ChunkBuilder(Reading, 10);
                var offered = new List<SourceRecord>();
                var chunks = new List<RecordChunk>();
                long offset = 10;
                foreach (var (gap, size, idle) in records)
                {
                    var record = Record(offset += gap, new byte[size]);
                    offset++;
                    offered.Add(record);
                    if (!builder.Fits(record))
                    {
                        chunks.Add(builder.Close());
                    }

                    builder.Add(record);
                    if (builder.IsFull || idle)
                    {
                        chunks.Add(builder.Close());
                    }
                }

                if (!builder.IsEmpty)
                {
                    chunks.Add(builder.Close());
                }

                long expectedFrom = 10;
                foreach (var chunk in chunks)
                {
                    chunk.From.ShouldBe(expectedFrom);
                    chunk.To.ShouldBeGreaterThan(chunk.From);
                    chunk.Records.Count.ShouldBeInRange(1, RecordChunk.MaxRecords);
                    if (chunk.Records.Count > 1)
                    {
                        chunk.Records.Sum(record => (long)record.Value!.Length).ShouldBeLessThanOrEqualTo(RecordChunk.MaxBytes);
                    }

                    chunk.Records.ShouldAllBe(record => record.Offset >= chunk.From && record.Offset < chunk.To);
                    expectedFrom = chunk.To;
                }

                expectedFrom.ShouldBe(offset);
                chunks.SelectMany(chunk => chunk.Records).ShouldBe(offered);
            },
            seed: "0N0XIzNsQ0O2",
            iter: 100);

    [Fact]
    public void Close_SixtyFourRecords_IsFullAndCarriesTheReading()
    {
        var builder = new ChunkBuilder(Reading, 10);
        for (int i = 0; i < RecordChunk.MaxRecords; i++)
        {
            builder.IsFull.ShouldBeFalse();
            builder.Add(Record(10 + i, []));
        }

        builder.IsFull.ShouldBeTrue();
        var chunk = builder.Close();

        (chunk.Partition, chunk.From, chunk.To, chunk.LineageEpoch, chunk.Assignment).ShouldBe((Reading.Partition, 10, 74, 2, Reading.Assignment));
        (builder.From, builder.Next, builder.IsEmpty).ShouldBe((74, 74, true));
    }

    [Fact]
    public void Fits_KeyAndHeadersCrossTheLimit_SaysNo()
    {
        var builder = new ChunkBuilder(Reading, 10);
        builder.Add(Record(10, new byte[RecordChunk.MaxBytes - 10]));

        builder.Fits(Record(11, new byte[10])).ShouldBeTrue();
        builder.Fits(new SourceRecord(11, -1, [1], new byte[10], [])).ShouldBeFalse();
        builder.Fits(new SourceRecord(11, -1, null, new byte[10], [new RecordHeader("label", null)])).ShouldBeFalse();
    }

    [Fact]
    public void PassTo_OffsetsWithoutRecords_MakeAnEmptyChunk()
    {
        var builder = new ChunkBuilder(Reading, 10);

        builder.PassTo(13);
        builder.PassTo(12);
        var chunk = builder.Close();

        (chunk.From, chunk.To, chunk.Records.Count).ShouldBe((10, 13, 0));
    }

    [Fact]
    public void Add_OffsetThatWasPassed_Throws()
    {
        var builder = new ChunkBuilder(Reading, 10);
        builder.Add(Record(12, []));

        Should.Throw<InvalidOperationException>(() => builder.Add(Record(12, []))).Message.ShouldContain("records[3] offset 12");
    }

    [Fact]
    public void Close_EmptyRange_Throws() => Should.Throw<InvalidOperationException>(() => new ChunkBuilder(Reading, 10).Close());

    [Fact]
    public void Close_PartialThenMore_DoesNotShareRecords()
    {
        var builder = new ChunkBuilder(Reading, 10);
        builder.Add(Record(10, [1]));
        var first = builder.Close();
        builder.Add(Record(11, [2]));
        builder.Close();

        first.Records.ShouldHaveSingleItem().Offset.ShouldBe(10);
    }

    private static SourceRecord Record(long offset, byte[] value) => new(offset, -1, null, value, []);
}
