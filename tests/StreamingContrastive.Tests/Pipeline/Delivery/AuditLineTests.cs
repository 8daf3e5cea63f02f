using CsCheck;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;
using static StreamingContrastive.Tests.Pipeline.Delivery.ChunkFactory;

namespace StreamingContrastive.Tests.Pipeline.Delivery;

public sealed class AuditLineTests
{
    [Fact]
    public void ToString_OfEachKind_IsAsDocumented()
    {
        new AuditLine.Begin(1, null, 0).ToString().ShouldBe("begin 1 - 0 ;");
        new AuditLine.Begin(3, "0000000002-000000000160", 17).ToString().ShouldBe("begin 3 0000000002-000000000160 17 ;");
        new AuditLine.Captured(3, 160, 18).ToString().ShouldBe("captured 3 160 18 ;");
        new AuditLine.Range(3, 161, P1, 10, 20, new(5, 2, 1, 2), [new(10, 13), new(15, 17)]).ToString()
            .ShouldBe("range 3 161 records 1 10 20 5 2 1 2 10..13,15..17 ;");
        new AuditLine.Range(3, 161, P1, 10, 12, new(0, 0, 2, 0), []).ToString().ShouldBe("range 3 161 records 1 10 12 0 0 2 0 - ;");
    }

    [Fact]
    public void Parse_OfAnyRange_GivesItBack()
    {
        var run = Gen.Select(Gen.Long[0, 1000], Gen.Long[1, 50], (from, length) => new OffsetRun(from, from + length));
        var counts = Gen.Select(Gen.Long[0, 99], Gen.Long[0, 99], Gen.Long[0, 99], Gen.Long[0, 99], (a, b, c, d) => new DeliveryCounters(a, b, c, d));
        Gen.Select(Gen.Long[1, 99], Gen.Long[0, 999], Gen.Int[0, 9], counts, run.List[0, 4]).Sample((epoch, step, partition, count, rows) =>
        {
            var line = new AuditLine.Range(epoch, step, new PartitionId("a.b-c_d", partition), 5, 50, count, rows);
            var parsed = AuditLine.Parse(line.ToString()).ShouldBeOfType<AuditLine.Range>();
            parsed.Rows.ShouldBe(line.Rows);
            (parsed with { Rows = line.Rows }).ShouldBe(line);
        });
        AuditLine.Parse("begin 3 0000000002-000000000160 17 ;").ShouldBe(new AuditLine.Begin(3, "0000000002-000000000160", 17));
        AuditLine.Parse("captured 3 160 18 ;").ShouldBe(new AuditLine.Captured(3, 160, 18));
    }

    [Fact]
    public void Parse_OfEveryBeginningOfALine_IsNullAndNeverAnotherLine()
    {
        // What the last field is for: "range ... 10..13" cut to "range ... 10..1" is a line that says something else. Seen red where it is not
        // asked for.
        var whole = new AuditLine.Range(3, 161, P1, 10, 20, new(5, 2, 1, 2), [new(10, 13), new(15, 17)]).ToString();

        for (var length = 0; length < whole.Length; length++)
        {
            AuditLine.Parse(whole[..length]).ShouldBeNull();
        }
    }

    [Theory]
    [InlineData("range 1 2 ;")]
    [InlineData("trained 1 2 3 ;")]
    [InlineData("captured 1 x 3 ;")]
    [InlineData("range 3 161 records 1 10 20 5 2 1 2 10-13 ;")]
    public void Parse_OfAnotherText_SaysWhich(string text) =>
        Should.Throw<FormatException>(() => AuditLine.Parse(text)).Message.ShouldContain(text);

    [Fact]
    public void Of_ABatchOfTwoPartitions_NamesRowsAndCountsOfEach()
    {
        var assembler = new BatchAssembler(4, RowBytes);
        var (batch, positions) = (new TrainingBatch(4, RowBytes), new BatchPositions(4));
        assembler.Accept(Chunk(P0, 0, 6, pairs: [0, 1, 4], tombstones: [2], deadLetters: [5]));
        assembler.Accept(Full(P1, 50, 53));
        assembler.TryTake(batch, positions).ShouldBeTrue();

        AuditLine.Of(2, 9, positions).Select(l => l.ToString()).ShouldBe(
        [
            "range 2 9 records 0 0 6 3 1 1 0 0..2,4..5 ;",
            "range 2 9 records 1 50 51 1 0 0 0 50..51 ;",
        ]);
    }
}
