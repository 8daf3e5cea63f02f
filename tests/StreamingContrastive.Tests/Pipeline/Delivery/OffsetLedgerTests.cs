using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;
using static StreamingContrastive.Tests.Pipeline.Delivery.ChunkFactory;

namespace StreamingContrastive.Tests.Pipeline.Delivery;

public sealed class OffsetLedgerTests
{
    private static readonly AssignmentEpoch A1 = FirstReading;
    private static readonly AssignmentEpoch A2 = A1 with { Number = 2 };
    private static readonly AssignmentEpoch B1 = new(new Guid("00000000-0000-0000-0000-00000000000b"), 1);
    private readonly OffsetLedger _ledger = new(5, new Dictionary<PartitionId, long> { [P0] = 100 });

    [Fact]
    public void Offer_RangeThatContinues_IsAccepted()
    {
        Offer(100, 164, A1).ShouldBe(OfferVerdict.Accepted.Instance);
        Offer(164, 170, A1).ShouldBe(OfferVerdict.Accepted.Instance);

        _ledger.Admitted(P0).ShouldBe(170);
        _ledger.Trained(P0).ShouldBe(100);
        _ledger.AcceptedChunks.ShouldBe(2);
    }

    [Theory]
    [InlineData(99, 164)] // overlaps what is admitted
    [InlineData(101, 164)] // leaves a hole
    [InlineData(0, 100)] // a copy of old work
    public void Offer_RangeThatDoesNotContinue_AsksForARewindToNext(long from, long to)
    {
        Offer(from, to, A1).ShouldBe(new OfferVerdict.Rewind(P0, 100, 5, A1));
        _ledger.Admitted(P0).ShouldBe(100);
    }

    [Fact]
    public void Offer_ChunkOfAnOlderTrainer_IsRewoundEvenWhenItContinues() =>
        Offer(100, 164, A1, epoch: 4).ShouldBe(new OfferVerdict.Rewind(P0, 100, 5, A1));

    [Fact]
    public void Offer_ChunkOfANewerTrainer_SaysSupersededAndRewindsNobody()
    {
        Offer(100, 164, A1, epoch: 6).ShouldBe(new OfferVerdict.Superseded(6));
        _ledger.OutstandingRewinds().ShouldBeEmpty();
    }

    [Fact]
    public void Offer_TenStaleChunks_CauseOneRewind()
    {
        var verdicts = Enumerable.Range(0, 10).Select(i => Offer(200 + i, 201 + i, A1)).ToList();

        verdicts.Count(v => v is OfferVerdict.Rewind).ShouldBe(1);
        verdicts.Count(v => v is OfferVerdict.AlreadyRejected).ShouldBe(9);
        (_ledger.RequestedRewinds, _ledger.StaleChunks).ShouldBe((1, 9));
    }

    [Fact]
    public void Offer_OvertakenChunkOfARejectedReading_IsDroppedAlthoughItWouldContinue()
    {
        Offer(164, 170, A1);

        Offer(100, 164, A1).ShouldBe(OfferVerdict.AlreadyRejected.Instance);
        Offer(100, 164, A2).ShouldBe(OfferVerdict.Accepted.Instance);
        Offer(164, 170, A1).ShouldBe(OfferVerdict.AlreadyRejected.Instance);
    }

    [Fact]
    public void Offer_Heartbeat_BetraysALostLastChunk()
    {
        Offer(100, 100, A1).ShouldBe(OfferVerdict.Accepted.Instance);
        Offer(164, 164, A1).ShouldBe(new OfferVerdict.Rewind(P0, 100, 5, A1));
    }

    [Fact]
    public void Offer_UnknownPartition_IsAcceptedOnceRegistered()
    {
        _ledger.Offer(new ChunkHeader(P1, 7, 9, 5, A1)).ShouldBe(new OfferVerdict.UnknownPartition(P1));

        _ledger.Register(P1, 7).ShouldBeTrue();
        _ledger.Register(P1, 0).ShouldBeFalse();

        _ledger.Offer(new ChunkHeader(P1, 7, 9, 5, A1)).ShouldBe(OfferVerdict.Accepted.Instance);
        _ledger.TrainedTable()[P1].ShouldBe(7);
    }

    [Fact]
    public void OutstandingRewinds_UntilTheSourceIsHeardUnderANewerReading_AreListedWithTheOffsetOfNow()
    {
        Offer(500, 501, B1);
        Offer(100, 164, A1);
        _ledger.OutstandingRewinds().ShouldBe([new OfferVerdict.Rewind(P0, 164, 5, B1)]);

        Offer(164, 170, B1 with { Number = 2 });
        _ledger.OutstandingRewinds().ShouldBeEmpty();
    }

    [Fact]
    public void OutstandingRewinds_ForgottenOrWithdrawn_AreNotRepeated()
    {
        Offer(500, 501, A1);
        Offer(500, 501, B1);

        _ledger.Withdraw(P0, A1);
        _ledger.OutstandingRewinds().ShouldBe([new OfferVerdict.Rewind(P0, 100, 5, B1)]);
        _ledger.ForgetSource(B1.Source);
        _ledger.OutstandingRewinds().ShouldBeEmpty();
        Offer(100, 101, A1).ShouldBe(OfferVerdict.AlreadyRejected.Instance);
    }

    [Fact]
    public void OfferGap_AtNext_MovesOnceAndCounts()
    {
        Gap(100, 180).ShouldBe(OfferVerdict.Accepted.Instance);

        (_ledger.Admitted(P0), _ledger.Trained(P0), _ledger.SkippedOffsets).ShouldBe((180, 100, 80));
        Should.Throw<ArgumentOutOfRangeException>(() => Gap(180, 180));
    }

    /// <summary>A gap is news of a reading like any other: what a chunk of its range would be told, it is told.</summary>
    [Fact]
    public void OfferGap_RepeatOtherEpochOrUnknownPartition_IsJudgedAsAChunk()
    {
        Gap(100, 180).ShouldBe(OfferVerdict.Accepted.Instance);

        Gap(100, 180).ShouldBe(new OfferVerdict.Rewind(P0, 180, 5, A1));
        Gap(180, 190).ShouldBe(OfferVerdict.AlreadyRejected.Instance);
        Gap(180, 190, A2, epoch: 4).ShouldBe(new OfferVerdict.Rewind(P0, 180, 5, A2));
        Gap(180, 190, B1, epoch: 6).ShouldBe(new OfferVerdict.Superseded(6));
        _ledger.OfferGap(new ChunkHeader(P1, 0, 1, 5, A1)).ShouldBe(new OfferVerdict.UnknownPartition(P1));
        _ledger.SkippedOffsets.ShouldBe(80);
    }

    [Fact]
    public void MarkTrained_OutsideOfWhatWasAdmitted_Throws()
    {
        Offer(100, 164, A1);
        _ledger.MarkTrained(P0, 130);

        Should.Throw<InvalidOperationException>(() => _ledger.MarkTrained(P0, 165)).Message.ShouldContain("164 is admitted");
        Should.Throw<InvalidOperationException>(() => _ledger.MarkTrained(P0, 129));
        _ledger.TrainedTable().ShouldBe(new Dictionary<PartitionId, long> { [P0] = 130 });
        _ledger.AdmittedTable().ShouldBe(new Dictionary<PartitionId, long> { [P0] = 164 });
    }

    [Theory]
    [InlineData(10, 9)]
    [InlineData(-1, 9)]
    public void Offer_NotARange_Throws(long from, long to) => Should.Throw<ArgumentException>(() => Offer(from, to, A1));

    private OfferVerdict Gap(long from, long to, AssignmentEpoch? assignment = null, long epoch = 5) =>
        _ledger.OfferGap(new ChunkHeader(P0, from, to, epoch, assignment ?? A1));

    private OfferVerdict Offer(long from, long to, AssignmentEpoch assignment, long epoch = 5) =>
        _ledger.Offer(new ChunkHeader(P0, from, to, epoch, assignment));
}
