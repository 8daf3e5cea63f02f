using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Hosting;
using Akka.Hosting.TestKit;
using Akka.TestKit;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;
using Configured = StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Tests.Pipeline.Ingest;

public sealed class IngestActorTests : TestKit
{
    private const long Epoch = 3;
    private static readonly PartitionId Partition = new("records", 0);
    private static readonly AssignmentEpoch Reading = new(new Guid("00000000-0000-0000-0000-00000000000a"), 1);
    private static readonly InputOptions Input = new() { Payload = new PayloadOptions { Height = 4, Width = 4 } };

    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly PipelineMetrics _metrics = new();
    private FakeSource? _source;
    private TestProbe _trainer = null!;
    private IActorRef _ingest = null!;

    protected override void ConfigureAkka(AkkaConfigurationBuilder builder, IServiceProvider provider)
    {
    }

    protected override async Task AfterAllAsync()
    {
        await base.AfterAllAsync();
        _metrics.Dispose();
    }

    [Fact]
    public async Task OnStart_NoTable_RegistersAgainUntilItIsAnswered()
    {
        Start();

        var first = await _trainer.ExpectMsgAsync<RegisterIngest>();
        var second = await _trainer.ExpectMsgAsync<RegisterIngest>();

        (first.Sent.LineageEpoch, first.Sent.Total).ShouldBe((0, 0));
        second.ShouldBe(first);
        _source.ShouldBeNull();
    }

    [Fact]
    public async Task OnOffsetTable_Waiting_OpensTheSourceAndGoesOnRegistering()
    {
        await RunAsync();

        _source!.OpenedWith.Next[Partition].ShouldBe(10);
        (await RegistrationAsync(r => r.Sent.LineageEpoch == Epoch)).Sent.Total.ShouldBe(0);
    }

    /// <summary>Credits: nothing before a grant, no more than granted, and another ingest's grant is not ours.</summary>
    [Fact]
    public async Task OnCreditGranted_Running_LetsSoManyRecordsPassAndSaysHowMany()
    {
        var id = await RunAsync();
        _source!.Give(Chunk(10, 12));
        _source.Give(Chunk(12, 14));

        _ingest.Tell(new CreditGranted(Epoch, Guid.NewGuid(), 1000));
        _ingest.Tell(new CreditGranted(Epoch - 1, id, 1000));
        (await RegistrationAsync(_ => true)).Sent.Total.ShouldBe(0);
        _ingest.Tell(new CreditGranted(Epoch, id, 3));

        var ready = await ChunkAsync();
        (ready.Chunk.From, ready.Chunk.To, ready.Chunk.Pairs.Count).ShouldBe((10, 12, 2));
        ready.Sent.ShouldBe(new SentRecords(id, Epoch, 2));
        (await RegistrationAsync(_ => true)).Sent.Total.ShouldBe(2);
        _ingest.Tell(new CreditGranted(Epoch, id, 4));
        (await ChunkAsync()).Sent.Total.ShouldBe(4);
    }

    [Fact]
    public async Task OnChunk_Beat_ReachesTheTrainerWithoutCredit()
    {
        await RunAsync();

        _source!.Give(new ChunkRead(new RecordChunk(Partition, 10, 10, Epoch, Reading, [], default)));

        var beat = (await ChunkAsync()).Chunk;
        (beat.From, beat.To, beat.RecordCount, beat.Assignment).ShouldBe((10, 10, 0, Reading));
    }

    [Fact]
    public async Task OnGap_Running_CarriesTheEpochAndKeepsItsPlaceBehindTheChunkBeforeIt()
    {
        var id = await RunAsync();
        _source!.Give(Chunk(10, 12));
        _source.Give(new GapNotice(Partition, 12, 50, Epoch, Reading));

        _ingest.Tell(new CreditGranted(Epoch, id, 100));

        await ChunkAsync();
        (await _trainer.FishForMessageAsync<GapFound>(_ => true)).ShouldBe(new GapFound(Partition, 12, 50, Epoch, Reading));
    }

    [Fact]
    public async Task OnRewindCommitAndTable_Running_TellTheSource()
    {
        await RunAsync();
        var table = Table(Epoch, 40);

        _ingest.Tell(new RewindPartition(Partition, 30, Epoch, Reading));
        _ingest.Tell(new CommitOffsets(table));
        _ingest.Tell(table); // A repeat of the table that it follows: nothing new.
        _ingest.Tell(Table(Epoch + 1, 20));

        await AwaitConditionAsync(() => Task.FromResult(_source!.Told.Count == 3));
        _source!.Told.ShouldBe([new Rewind(Partition, 30, Epoch, Reading), new Commit(table), new Adopt(Table(Epoch + 1, 20))], new ByText());
    }

    /// <summary>Work of the old epoch would wait for credit that a new trainer never grants. Seen red without the gate's Reset.</summary>
    [Fact]
    public async Task OnOffsetTable_NewerEpoch_DropsWhatWaitsAndBeginsItsCountAnew()
    {
        var id = await RunAsync();
        _ingest.Tell(new CreditGranted(Epoch, id, 2));
        _source!.Give(Chunk(10, 12));
        _source.Give(Chunk(12, 14));
        await ChunkAsync();

        _ingest.Tell(Table(Epoch + 1, 10));
        (await RegistrationAsync(r => r.Sent.LineageEpoch == Epoch + 1)).Sent.Total.ShouldBe(0);
        _source.Give(Chunk(10, 12, Epoch + 1));
        _ingest.Tell(new CreditGranted(Epoch + 1, id, 100));

        var ready = await ChunkAsync();
        (ready.Chunk.From, ready.Chunk.LineageEpoch).ShouldBe((10, Epoch + 1));
        ready.Sent.ShouldBe(new SentRecords(id, Epoch + 1, 2));
    }

    [Fact]
    public async Task OnChunk_OfAReadingThatIsOver_SpendsNoWork()
    {
        var id = await RunAsync();
        _ingest.Tell(new CreditGranted(Epoch, id, 100));
        _source!.Stale.Add(Reading);
        _source.Give(Chunk(10, 12));
        _source.Give(Chunk(20, 22, assignment: Reading with { Number = 2 }));

        (await ChunkAsync()).Chunk.From.ShouldBe(20);
    }

    [Fact]
    public async Task OnStopIngest_Running_AnswersWhenTheSourceHasEnded()
    {
        await RunAsync();

        _ingest.Tell(StopIngest.Instance, TestActor);

        await ExpectMsgAsync<IngestStopped>();
        _source!.Told.ShouldContain(t => t is Stop);
        _failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task OnStopIngest_BeforeTheTable_AnswersAtOnce()
    {
        Start();

        _ingest.Tell(StopIngest.Instance, TestActor);

        await ExpectMsgAsync<IngestStopped>();
    }

    [Fact]
    public async Task OnSourceFailed_Running_EndsThePipelineWithTheReason()
    {
        await RunAsync();

        _source!.Fail(new InvalidOperationException("the group is gone"));

        await AwaitConditionAsync(() => Task.FromResult(!_failures.IsEmpty));
        _failures.ShouldHaveSingleItem().Message.ShouldBe("the group is gone");
    }

    private void Start()
    {
        _trainer = CreateTestProbe();
        var letters = new DeadLetterStage(new Configured.DeadLetterOptions(), (_, _, _) => Task.CompletedTask, new DeadLetterWindow(0.5, 100), _metrics);
        var parts = new IngestParts(table => _source = new FakeSource(table), AugmentationActor.Props(Input, new AugmentationOptions(), 1), 2, letters, new PipelineTelemetry(_metrics, "test", TimeProvider.System), _failures.Enqueue);
        _ingest = Sys.ActorOf(IngestActor.Props(_trainer.Ref, parts));
    }

    /// <summary>Answers the registration; the ingest's id.</summary>
    private async Task<Guid> RunAsync()
    {
        Start();
        var register = await _trainer.ExpectMsgAsync<RegisterIngest>();
        _trainer.LastSender.ShouldBe(_ingest);
        _ingest.Tell(Table(Epoch, 10));
        await AwaitConditionAsync(() => Task.FromResult(_source is not null));
        return register.Sent.Ingest;
    }

    private async Task<ChunkReady> ChunkAsync() => await _trainer.FishForMessageAsync<ChunkReady>(_ => true);

    private async Task<RegisterIngest> RegistrationAsync(Predicate<RegisterIngest> wanted) => await _trainer.FishForMessageAsync<RegisterIngest>(wanted);

    private static OffsetTable Table(long epoch, long next) => new(epoch, ImmutableDictionary<PartitionId, long>.Empty.Add(Partition, next));

    private static ChunkRead Chunk(long from, long to, long epoch = Epoch, AssignmentEpoch? assignment = null) => new(new RecordChunk(
        Partition, from, to, epoch, assignment ?? Reading,
        [.. Enumerable.Range(0, (int)(to - from)).Select(i => new SourceRecord(from + i, -1, [1], new byte[16], []))], default));

    // Two tables with equal entries are not equal: the dictionary is compared by reference.
    private sealed class ByText : IEqualityComparer<object>
    {
        public new bool Equals(object? x, object? y) => Text(x) == Text(y);

        public int GetHashCode(object obj) => 0;

        private static string Text(object? told) => told switch
        {
            Adopt { Table: var t } => $"adopt {t.LineageEpoch} {string.Join(' ', t.Next)}",
            Commit { Table: var t } => $"commit {t.LineageEpoch} {string.Join(' ', t.Next)}",
            _ => $"{told}",
        };
    }
}
