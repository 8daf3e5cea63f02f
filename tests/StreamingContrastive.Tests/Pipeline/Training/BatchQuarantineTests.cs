using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Training;
using static StreamingContrastive.Tests.Pipeline.Delivery.ChunkFactory;

namespace StreamingContrastive.Tests.Pipeline.Training;

public sealed class BatchQuarantineTests
{
    private const int B = 2;
    private readonly BatchAssembler _assembler = new(B, RowBytes);

    [Fact]
    public void StepApplied_BatchesWait_CondemnsThemInOrder()
    {
        var quarantine = new BatchQuarantine(3, []);
        _assembler.Accept(Full(P0, 0, 6));
        quarantine.Add(new RefusedBatch(Next(), "a"));
        quarantine.Add(new RefusedBatch(Next(), "b"));
        (quarantine.Records, quarantine.InARow, quarantine.IsRestoreDue, quarantine.Condemned.Count).ShouldBe((4, 2, false, 0));

        quarantine.StepApplied();

        quarantine.Condemned.Select(b => b.Reason).ShouldBe(["a", "b"]);
        quarantine.InARow.ShouldBe(0);
        quarantine.Clear();
        (quarantine.IsEmpty, quarantine.Records).ShouldBe((true, 0));
    }

    [Fact]
    public void Add_AsManyInARow_AsksForARestoreAndKnowsTheirRanges()
    {
        var quarantine = new BatchQuarantine(2, []);
        _assembler.Accept(Chunk(P0, 10, 14, pairs: [10, 12], tombstones: [11]));
        _assembler.Accept(Full(P1, 3, 5));

        quarantine.Add(new RefusedBatch(Next(), "a"));
        quarantine.IsRestoreDue.ShouldBeFalse();
        quarantine.Add(new RefusedBatch(Next(), "b"));

        quarantine.IsRestoreDue.ShouldBeTrue();
        quarantine.LastReason.ShouldBe("b");
        quarantine.Ranges().ShouldBe([new RetriedRange("records", 0, 10, 14), new RetriedRange("records", 1, 3, 5)]);
    }

    [Fact]
    public void Condemn_NoStepSpoke_GoesOnCountingInARow()
    {
        var quarantine = new BatchQuarantine(2, []);
        _assembler.Accept(Full(P0, 0, 4));
        quarantine.Add(new RefusedBatch(Next(), "a"));
        quarantine.Condemn();
        quarantine.Clear();

        quarantine.Add(new RefusedBatch(Next(), "b"));

        quarantine.IsRestoreDue.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, 2, true)] // Both records were tried before.
    [InlineData(0, 1, false)] // One is new: it deserves its own second try.
    [InlineData(2, 9, false)]
    public void Add_RecordsOfARestore_AreCondemnedAtOnce(long from, long to, bool condemned)
    {
        var quarantine = new BatchQuarantine(3, [new RetriedRange("records", 0, from, to)]);
        _assembler.Accept(Full(P0, 0, 2));

        quarantine.Add(new RefusedBatch(Next(), "again"));

        quarantine.Condemned.Count.ShouldBe(condemned ? 1 : 0);
        quarantine.InARow.ShouldBe(condemned ? 0 : 1);
    }

    private BatchPositions Next()
    {
        var positions = new BatchPositions(B);
        _assembler.TryTake(new TrainingBatch(B, RowBytes), positions).ShouldBeTrue();
        return positions;
    }
}
