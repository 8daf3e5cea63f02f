using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;
using StreamingContrastive.Tests.Learning;
using static StreamingContrastive.Tests.Pipeline.Delivery.ChunkFactory;

namespace StreamingContrastive.Tests.Pipeline.Training;

/// <summary>Refused batches: every record counts exactly once, and no watermark crosses one whose fate is open.</summary>
[Collection(TorchTests.Name)]
public sealed class TrainingLoopGuardTests
{
    private const int B = LoopFixture.B;
    private readonly LoopFixture _fixture = new();

    // Seen red with Complete instead of _behindLetters in TrainingLoop.Train: a crash while letters are under way would lose the batch.
    [Fact]
    public void TryStep_RefusedThenGood_PassesBothInOrderOnceTheLettersAreAcknowledged()
    {
        using var loop = _fixture.Open(starts: (P0, 0));
        Offer(loop, Pairs(0, 18));

        var refused = _fixture.FailingStep(loop)!;
        (refused.IsRefused, loop.WaitingRecords, refused.Passed.Consumed, loop.PendingRecords).ShouldBe((true, 18 - B, 0, 18));
        var good = loop.TryStep()!;

        (loop.WaitingRecords, good.Passed.Consumed, good.Outputs.Count, loop.IsSettled).ShouldBe((18 - B - B, 0, 0, false));
        loop.Quarantine.Condemned.Count.ShouldBe(1);
        loop.Ledger.Trained(P0).ShouldBe(0);
        loop.TryStep().ShouldBeNull("nothing passes while letters are under way");

        var outcomes = loop.LettersAcknowledged();

        outcomes.Select(o => o.Passed).ShouldBe([new DeliveryCounters(0, B, 0, 0), new DeliveryCounters(B, 0, 0, 0)]);
        outcomes[1].Outputs.Count(o => o.Topic == "test.embeddings").ShouldBe(B);
        loop.Counters.ShouldBe(new DeliveryCounters(B, B, 0, 0));
        (loop.Ledger.Trained(P0), loop.IsSettled, loop.PendingRecords).ShouldBe((12, true, 6));
        loop.TryStep()!.Passed.Trained.ShouldBe(B);
    }

    [Fact]
    public void TryStep_AsManyInARow_StandsStillWithEveryRecordPending()
    {
        using var loop = _fixture.Open(restoreAfter: 2, starts: (P0, 0));
        Offer(loop, Pairs(0, 18));
        _fixture.Spoil();
        loop.TryStep();
        loop.TryStep();

        loop.Quarantine.IsRestoreDue.ShouldBeTrue();
        loop.TryStep().ShouldBeNull();
        loop.Quarantine.Ranges().ShouldBe([new RetriedRange("records", 0, 0, 6), new RetriedRange("records", 0, 6, 12)]);
        (loop.Ledger.Trained(P0), loop.Counters.Consumed, loop.Step).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void TryStep_FailsAgainAfterARestore_IsCondemnedAtOnce()
    {
        using var loop = _fixture.Open(restoreAfter: 2, retried: [new RetriedRange("records", 0, 0, 6)], starts: (P0, 0));
        Offer(loop, Pairs(0, 12));

        _fixture.FailingStep(loop);

        loop.Quarantine.Condemned.Count.ShouldBe(1);
        loop.LettersAcknowledged().Single().Passed.ShouldBe(new DeliveryCounters(0, B, 0, 0));
        loop.TryStep()!.Passed.Trained.ShouldBe(B);
        loop.Counters.ShouldBe(new DeliveryCounters(B, B, 0, 0));
    }

    // Seen red without the look at the quarantine in TryPassEmpty.
    [Fact]
    public void TryPassEmpty_BehindARefusedBatch_WaitsForItsFate()
    {
        using var loop = _fixture.Open(mostBehind: 2, starts: (P0, 0));
        Offer(loop, Chunk(P0, 0, 8, pairs: [0, 1, 2, 3, 4, 5], tombstones: [6, 7], rowBytes: LoopFixture.RowBytes));
        _fixture.FailingStep(loop);

        loop.TryPassEmpty().ShouldBeNull();
        loop.Ledger.Trained(P0).ShouldBe(0);

        // More of them than may wait: they hold the credits of the batch that would give the answer.
        Offer(loop, Chunk(P0, 8, 9, tombstones: [8], rowBytes: LoopFixture.RowBytes));
        Offer(loop, Chunk(P0, 9, 12, tombstones: [9, 10, 11], rowBytes: LoopFixture.RowBytes));
        loop.TryPassEmpty().ShouldBeNull();
        loop.Quarantine.Condemned.Count.ShouldBe(1);
        loop.LettersAcknowledged();
        loop.TryPassEmpty();

        loop.Ledger.Trained(P0).ShouldBe(12);
        loop.Counters.Consumed.ShouldBe(12);
        (loop.Counters.DeadLettered, loop.Counters.Tombstones).ShouldBe((6, 6));
    }

    [Fact]
    public void Discard_FateIsOpen_ReadsTheBatchAgain()
    {
        using var loop = _fixture.Open(starts: (P0, 0));
        Offer(loop, Pairs(0, 6));
        _fixture.FailingStep(loop);

        loop.Discard();

        (loop.PendingRecords, loop.Ledger.Trained(P0), loop.Counters.Consumed).ShouldBe((0, 0, 0));
    }

    private static PairChunk Pairs(long from, long to) => Chunk(P0, from, to, [.. Range(from, to)], rowBytes: LoopFixture.RowBytes);

    private static void Offer(TrainingLoop loop, PairChunk chunk) => loop.Offer(chunk).ShouldBe(OfferVerdict.Accepted.Instance);
}
