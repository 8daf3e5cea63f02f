using CsCheck;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Ingest;

public sealed class DeadLetterWindowTests
{
    private static readonly PartitionId One = new("records", 1);

    [Fact]
    public void Record_ShareAboveLimit_Exceeds()
    {
        var window = new DeadLetterWindow(0.5, 10);
        for (int i = 0; i < 5; i++)
        {
            window.Record(One, i, "bad").ShouldBeFalse();
        }

        window.Record(One, 5, "bad").ShouldBeTrue();
    }

    [Fact]
    public void Record_FirstRecordBad_IsNotAShareOfOne()
    {
        var window = new DeadLetterWindow(0.01, 1000);

        window.Record(One, 0, "bad").ShouldBeFalse();

        window.Share.ShouldBe(0.001);
    }

    [Fact]
    public void Record_SamePositionAgain_CountsOnce()
    {
        var window = new DeadLetterWindow(0.2, 10);

        for (int rereads = 0; rereads < 5; rereads++)
        {
            window.Record(One, 7, "bad").ShouldBeFalse();
        }

        window.Record(new PartitionId("records", 2), 7, "bad");
        window.Total.ShouldBe(2);
    }

    [Fact]
    public void Describe_ManyBad_NamesShareLimitAndTheLastThree()
    {
        var window = new DeadLetterWindow(0.25, 10);
        for (int i = 0; i < 4; i++)
        {
            window.Record(One, i, $"reason {i}");
        }

        window.LastExamples.ShouldBe(["records[1] offset 1: reason 1", "records[1] offset 2: reason 2", "records[1] offset 3: reason 3"]);
        window.Describe().ShouldContain("4 of the last 10 records");
        window.Describe().ShouldContain("deadLetters:maxShare");
    }

    [Fact]
    public void Share_RandomRecords_EqualsARecount() =>
        Gen.Select(Gen.Int[1, 20], Gen.Bool.Array[0, 100]).Sample(
            (size, bad) =>
            {
                var window = new DeadLetterWindow(1, size);
                for (int i = 0; i < bad.Length; i++)
                {
                    window.Record(One, i, bad[i] ? "bad" : null).ShouldBeFalse();
                }

                window.Share.ShouldBe((double)bad.TakeLast(size).Count(b => b) / size);
                window.Total.ShouldBe(bad.Count(b => b));
            },
            seed: "0N0XIzNsQ0O2",
            iter: 500);
}
