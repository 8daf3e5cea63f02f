using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;
using StreamingContrastive.Tests.Learning;
using static StreamingContrastive.Tests.Pipeline.Delivery.ChunkFactory;

namespace StreamingContrastive.Tests.Pipeline.Training;

/// <summary>What the trainer answers to an ingest, without an actor: a real loop of 8x8 pictures that stands at offset 5 of one partition.</summary>
[Collection(TorchTests.Name)]
public sealed class IngestSideTests : IDisposable
{
    private const int Window = 100;

    private static readonly Guid Ingest = new("00000000-0000-0000-0000-000000000001");

    private static readonly Guid Other = new("00000000-0000-0000-0000-000000000002");

    private readonly PipelineMetrics _metrics = new();
    private readonly TrainingLoop _loop = new LoopFixture().Open(starts: (P0, 5));
    private readonly List<object> _told = [];
    private readonly List<(PartitionId Partition, AssignmentEpoch CausedBy)> _resolving = [];
    private readonly List<Exception> _failures = [];
    private int _admitted;

    public void Dispose()
    {
        _loop.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void Registered_FollowsNoEpochYet_GetsTheTableAndAWindow()
    {
        Open().Registered(new RegisterIngest(new SentRecords(Ingest, 0, 0)), _told.Add);

        var table = _told[0].ShouldBeOfType<OffsetTable>();
        (table.LineageEpoch, table.Next.Single()).ShouldBe((1, KeyValuePair.Create(P0, 5L)));
        _told.Skip(1).ShouldBe([new CreditGranted(1, Ingest, Window)]);
    }

    // Without the repeated registration an ingest whose table was lost would wait for ever: seen red with the answer given once only.
    [Fact]
    public void Registered_Again_IsAnsweredAgainUntilItFollows()
    {
        var side = Open();
        side.Registered(new RegisterIngest(new SentRecords(Ingest, 0, 0)), _told.Add);
        side.Registered(new RegisterIngest(new SentRecords(Ingest, 0, 0)), _told.Add);
        side.Registered(new RegisterIngest(new SentRecords(Ingest, 1, 0)), _told.Add);

        _told.Select(m => m.GetType()).ShouldBe([typeof(OffsetTable), typeof(CreditGranted), typeof(OffsetTable), typeof(CreditGranted), typeof(CreditGranted)]);
    }

    [Fact]
    public void ChunkArrived_NextRange_IsAdmittedAndPaidFor()
    {
        var side = Registered();

        side.ChunkArrived(new ChunkReady(Pixels(5, 9), new SentRecords(Ingest, 1, 4)));

        (_admitted, _loop.PendingRecords).ShouldBe((1, 4));
        side.Ingests[Ingest].Account.Granted.ShouldBe(4 + Window - 4);
        _told.ShouldBeEmpty(); // That is what it has been told before.
    }

    [Fact]
    public void IsPaused_GrantsNothingUntilItEnds()
    {
        var side = Registered();
        var before = side.Ingests[Ingest].Account.Granted;
        side.IsPaused = true;

        side.ChunkArrived(new ChunkReady(Pixels(5, 9), new SentRecords(Ingest, 1, 50)));
        side.Repeat();

        side.Ingests[Ingest].Account.Granted.ShouldBe(before); // And is said again: a lost credit heals in a pause as well.
        _told.OfType<CreditGranted>().ShouldAllBe(grant => grant.CumulativeRecords == before);
        side.IsPaused = false;
        side.GrantCredit();
        side.Ingests[Ingest].Account.Granted.ShouldBe(50 + Window - 4);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(4)]
    public void ChunkArrived_HoleOrRepeat_IsRewoundOnceAndAgainOnATick(long from)
    {
        var side = Registered();
        var (first, second) = (Pixels(from, 9), Pixels(9, 12));

        side.ChunkArrived(new ChunkReady(first, new SentRecords(Ingest, 1, 9 - from)));
        side.ChunkArrived(new ChunkReady(second, new SentRecords(Ingest, 1, 12 - from)));

        var rewind = new RewindPartition(P0, 5, 1, FirstReading);
        _told.OfType<RewindPartition>().ShouldBe([rewind]);
        (_admitted, _loop.PendingRecords, first.IsReturned(), second.IsReturned()).ShouldBe((0, 0, true, true));
        _told.Clear();
        side.Repeat();
        _told.ShouldBe([new CreditGranted(1, Ingest, 12 - from + Window), rewind]);
    }

    [Fact]
    public void ChunkArrived_UnknownPartition_IsResolvedOnceAndReadFromThere()
    {
        var side = Registered();
        side.ChunkArrived(new ChunkReady(Chunk(P1, 0, 3), new SentRecords(Ingest, 1, 3)));
        side.ChunkArrived(new ChunkReady(Chunk(P1, 3, 6), new SentRecords(Ingest, 1, 6)));

        _resolving.ShouldBe([(P1, FirstReading)]);
        _told.Clear();
        side.Resolved(P1, 2, FirstReading);

        _told.ShouldBe([new RewindPartition(P1, 2, 1, FirstReading)]);
        _loop.Ledger.Admitted(P1).ShouldBe(2);
    }

    [Fact]
    public void ChunkArrived_AtTheEndOfABoundedRun_GivesItsBuffersBack()
    {
        var side = Registered(stopAfter: 4);
        side.ChunkArrived(new ChunkReady(Pixels(5, 9), new SentRecords(Ingest, 1, 4)));
        var late = Pixels(9, 12);

        side.ChunkArrived(new ChunkReady(late, new SentRecords(Ingest, 1, 7)));

        (side.IsAtEnd, late.IsReturned(), _loop.PendingRecords).ShouldBe((true, true, 4));
    }

    [Fact]
    public void ChunkArrived_IngestFollowsANewerTrainer_EndsThePipelineAndRewindsNobody()
    {
        var side = Registered();

        side.ChunkArrived(new ChunkReady(Chunk(P0, 5, 9, lineageEpoch: 2), new SentRecords(Ingest, 2, 4)));

        _failures.Single().Message.ShouldContain("follows lineage epoch 2, this trainer is epoch 1");
        _told.OfType<RewindPartition>().ShouldBeEmpty();
    }

    [Fact]
    public void GapArrived_NextRange_PassesAndALaterChunkFollows()
    {
        var side = Registered();

        side.GapArrived(new GapFound(P0, 5, 20, 1, FirstReading));
        side.ChunkArrived(new ChunkReady(Pixels(20, 22), new SentRecords(Ingest, 1, 2)));

        (_admitted, _loop.Ledger.Admitted(P0), _loop.Ledger.SkippedOffsets).ShouldBe((2, 22, 15));
    }

    [Fact]
    public void GapArrived_TopicEndsBeforeTheNextOffset_EndsThePipeline()
    {
        Registered().GapArrived(new GapFound(P0, 5, 3, 1, FirstReading));

        _failures.Single().Message.ShouldStartWith("records[0] ends before offset 5");
        _admitted.ShouldBe(0);
    }

    /// <summary>Two ingests: each hears of its own, and of the checkpoint both. Seen red with rewinds told to whoever registered last.</summary>
    [Fact]
    public void ChunkArrived_FromOneOfTwo_IsAnsweredToThatOneAlone()
    {
        var (first, second) = (new List<object>(), new List<object>());
        var side = Open();
        side.Registered(new RegisterIngest(new SentRecords(Ingest, 1, 0)) { Node = "a" }, first.Add);
        side.Registered(new RegisterIngest(new SentRecords(Other, 1, 0)) { Node = "b" }, second.Add);
        side.ChunkArrived(new ChunkReady(Pixels(6, 9), new SentRecords(Ingest, 1, 3)));

        first.OfType<RewindPartition>().ShouldBe([new RewindPartition(P0, 5, 1, FirstReading)]);
        second.OfType<RewindPartition>().ShouldBeEmpty();
        first.OfType<CreditGranted>().ShouldAllBe(c => c.Ingest == Ingest);
        second.OfType<CreditGranted>().ShouldAllBe(c => c.Ingest == Other);
    }

    /// <summary>Credits bound what waits; a chunk of nobody known has none, and its records are read again.</summary>
    [Fact]
    public void ChunkArrived_FromAnUnknownIngest_IsDropped()
    {
        var side = Open();
        var chunk = Pixels(5, 9);

        side.ChunkArrived(new ChunkReady(chunk, new SentRecords(Ingest, 1, 4)));

        (_admitted, chunk.IsReturned(), _told.Count).ShouldBe((0, true, 0));
    }

    [Fact]
    public void Registered_AnotherPipeline_IsRefusedAndNotHeard()
    {
        var side = new IngestSide(_loop, Window, null, _metrics, new IngestOutlet(() => _admitted++, (_, _) => { }, _failures.Add), "encoder:width=00000001");
        var chunk = Pixels(5, 9);

        side.Registered(new RegisterIngest(new SentRecords(Ingest, 0, 0)) { Node = "a", Configuration = "encoder:width=00000002" }, _told.Add);
        side.ChunkArrived(new ChunkReady(chunk, new SentRecords(Ingest, 1, 4)));

        _told.ShouldHaveSingleItem().ShouldBeOfType<IngestRefused>().Reason.ShouldContain("encoder:width");
        (_admitted, chunk.IsReturned(), side.Ingests.Count).ShouldBe((0, true, 0));
    }

    /// <summary>Its share goes to the others; when it speaks again it is there again. Seen red with Silent never counted.</summary>
    [Fact]
    public void Repeat_AnIngestIsSilent_ItsShareIsGivenBackAndItMayReturn()
    {
        var side = Open();
        side.Registered(new RegisterIngest(new SentRecords(Ingest, 1, 0)) { Node = "a" }, _told.Add);
        side.Registered(new RegisterIngest(new SentRecords(Other, 1, 0)) { Node = "b" }, _told.Add);
        for (var tick = 0; tick <= IngestSide.SilentTicks; tick++)
        {
            side.Registered(new RegisterIngest(new SentRecords(Other, 1, 0)) { Node = "b" }, _told.Add);
            side.Repeat();
        }

        side.Ingests.Keys.ShouldBe([Other]);
        side.Ingests[Other].Account.Granted.ShouldBe(Window);
        side.Registered(new RegisterIngest(new SentRecords(Ingest, 1, 7)) { Node = "a" }, _told.Add);
        side.Ingests.Count.ShouldBe(2);
    }

    [Fact]
    public void Registered_ANewStartOfTheSameNode_TakesTheOldOnesPlace()
    {
        var side = Open();
        side.Registered(new RegisterIngest(new SentRecords(Ingest, 1, 0)) { Node = "a" }, _told.Add);

        side.Registered(new RegisterIngest(new SentRecords(Other, 0, 0)) { Node = "a" }, _told.Add);

        side.Ingests.Keys.ShouldBe([Other]);
        side.Ingests[Other].Account.Granted.ShouldBe(Window);
    }

    [Fact]
    public void Registered_FollowsANewerTrainer_EndsThePipeline()
    {
        Open().Registered(new RegisterIngest(new SentRecords(Ingest, 2, 0)), _told.Add);

        _failures.Single().Message.ShouldContain("follows lineage epoch 2, this trainer is epoch 1");
        _told.ShouldBeEmpty();
    }

    private IngestSide Registered(long? stopAfter = null)
    {
        var side = Open(stopAfter);
        side.Registered(new RegisterIngest(new SentRecords(Ingest, 1, 0)), _told.Add);
        _told.Clear();
        return side;
    }

    private IngestSide Open(long? stopAfter = null) => new(
        _loop, Window, stopAfter, _metrics, new IngestOutlet(() => _admitted++, (partition, by) => _resolving.Add((partition, by)), _failures.Add));

    private static PairChunk Pixels(long from, long to) => Chunk(P0, from, to, [.. Range(from, to)], rowBytes: LoopFixture.RowBytes);
}
