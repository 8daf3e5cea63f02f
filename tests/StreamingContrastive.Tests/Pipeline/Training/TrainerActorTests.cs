using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Hosting;
using Akka.Hosting.TestKit;
using Akka.TestKit;
using StreamingContrastive.Learning.Guards;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;
using StreamingContrastive.Tests.Learning;
using StreamingContrastive.Tests.Pipeline.Checkpoints;
using static StreamingContrastive.Tests.Pipeline.Delivery.ChunkFactory;

namespace StreamingContrastive.Tests.Pipeline.Training;

/// <summary>The trainer with a real model of 8x8 pictures, a real checkpoint writer on a disk in memory, and a probe as publisher.</summary>
[Collection(TorchTests.Name)]
public sealed class TrainerActorTests : TestKit
{
    private const int B = LoopFixture.B;

    private readonly LoopFixture _fixture = new();
    private readonly InMemoryDisk _disk = new();
    private readonly PipelineMetrics _metrics = new();
    private readonly ProgressBoard _board = new();
    private readonly ConcurrentQueue<GuardTrip> _trips = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly ConcurrentQueue<(IReadOnlyList<RefusedBatch> Batches, TaskCompletionSource Done)> _letters = new();
    private CheckpointWriter? _writer;
    private CollapseDetector? _detector;
    private TestProbe _publisher = null!;

    protected override void ConfigureAkka(AkkaConfigurationBuilder builder, IServiceProvider provider) =>
        builder.AddHocon("trainer-dispatcher { type = PinnedDispatcher }", HoconAddMode.Prepend);

    protected override async Task AfterAllAsync()
    {
        await base.AfterAllAsync();
        if (_writer is not null)
        {
            await _writer.DisposeAsync();
        }

        _metrics.Dispose();
    }

    [Fact]
    public async Task OnChunkReady_ABatchFails_ItsRecordsPassOnlyWithTheirAcknowledgedLetters()
    {
        var trainer = await StartAsync(restoreAfter: 3);
        await BetweenStepsAsync(trainer, _fixture.Spoil);
        trainer.Tell(new ChunkReady(Pixels(0, 6), default));
        await AwaitConditionAsync(async () => await QuarantinedAsync(trainer) == B, TimeSpan.FromSeconds(10));
        await BetweenStepsAsync(trainer, _fixture.Mend);
        trainer.Tell(new ChunkReady(Pixels(6, 12), default));

        await AwaitConditionAsync(() => Task.FromResult(_letters.Count == 1), TimeSpan.FromSeconds(10));
        (_board.Current.Consumed, _trips.Count).ShouldBe((0, 0));
        _letters.TryPeek(out var letters).ShouldBeTrue();
        letters.Batches.Single().Positions.Rows.ToArray().Select(r => r.Offset).ShouldBe(Range(0, 6));
        letters.Done.SetResult();

        await AwaitConditionAsync(() => Task.FromResult(_board.Current.Consumed == 2 * B), TimeSpan.FromSeconds(10));
        (_board.Current.Trained, _board.Current.DeadLettered, _board.Current.TrainedThisRun).ShouldBe((B, B, B));
        _failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task OnChunkReady_AsManyInARow_TripsOnceAndPublishesNothingMore()
    {
        var trainer = await StartAsync(restoreAfter: 2);
        await BetweenStepsAsync(trainer, _fixture.Spoil);

        trainer.Tell(new ChunkReady(Pixels(0, 12), default));

        await AwaitConditionAsync(() => Task.FromResult(_trips.Count == 1), TimeSpan.FromSeconds(10));
        _trips.TryPeek(out var trip).ShouldBeTrue();
        trip.Reason.ShouldBe("2 batches in a row could not be trained on: in the last one the loss is NaN");
        trip.Retried.ShouldBe([new RetriedRange("records", 0, 0, 6), new RetriedRange("records", 0, 6, 12)]);
        var late = Pixels(12, 18);
        trainer.Tell(new ChunkReady(late, default));
        trainer.Tell(DrainTrainer.Instance);
        await AwaitConditionAsync(() => Task.FromResult(late.IsReturned()), TimeSpan.FromSeconds(5));
        await _publisher.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        (_trips.Count, _letters.Count, _board.Current.Consumed).ShouldBe((1, 0, 0));
    }

    // Seen to fail without its mechanism: with the suspicion left out of CheckpointCycle.Confirm the checkpoint of the collapse is published.
    [Fact]
    public async Task OnPump_CollapseIsSuspectedThenSeen_HoldsTheCheckpointBackAndTrips()
    {
        // Every measure is a sign of collapse by these limits, three in a row are one; a checkpoint is due after each batch.
        _detector = new CollapseDetector(new CollapseLimits { WarmupSteps = 0, Windows = 3, MaxUniformity = -100, MinMargin = -3, MinSpreadShare = 0, ChanceShare = 0 }, 8, 0.2);
        var trainer = await StartAsync(restoreAfter: 3, everyRecords: B);

        trainer.Tell(new ChunkReady(Pixels(0, 12), default));
        await AwaitConditionAsync(() => Task.FromResult(_board.Current.Checkpoint is { } c && c != new CheckpointName(1, 0).ToString()), TimeSpan.FromSeconds(10));
        await _publisher.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        _trips.ShouldBeEmpty();
        trainer.Tell(new ChunkReady(Pixels(12, 18), default));

        await AwaitConditionAsync(() => Task.FromResult(_trips.Count == 1), TimeSpan.FromSeconds(10));
        _trips.TryPeek(out var trip).ShouldBeTrue();
        trip.Reason.ShouldStartWith("The representations have collapsed since step 1: uniformity is ");
        await _publisher.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        CheckpointScenario.Open(_disk).NewestHealthy().ShouldBe(new CheckpointName(1, 0));
    }

    [Fact]
    public async Task OnTakeCheckpoint_Running_AnswersWhenItIsDurable()
    {
        var trainer = await StartAsync(restoreAfter: 3);
        trainer.Tell(new ChunkReady(Pixels(0, 6), default));
        await AwaitConditionAsync(() => Task.FromResult(_board.Current.Trained == B), TimeSpan.FromSeconds(10));

        var answer = await trainer.Ask<OperationAnswered>(TakeCheckpoint.Instance, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        answer.Result.IsDone.ShouldBeTrue();
        var published = await _publisher.ExpectMsgAsync<PublishOutputs>(TimeSpan.FromSeconds(10), cancellationToken: TestContext.Current.CancellationToken);
        answer.Result.Text.ShouldContain(new CheckpointName(1, 1).ToString());
        CheckpointScenario.Open(_disk).List().Select(c => c.Name).ShouldContain(new CheckpointName(1, 1));
        trainer.Tell(new OutputsPublished(published.Sequence, published.Records.Count), _publisher.Ref);

        // Nothing was trained since, and the writer is free.
        await AwaitConditionAsync(
            async () => (await trainer.Ask<OperationAnswered>(TakeCheckpoint.Instance, TimeSpan.FromSeconds(5))).Result.Text.StartsWith("Nothing was trained", StringComparison.Ordinal),
            TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task OnPauseTraining_Running_IsSeenInTheStatusAndEnds()
    {
        var trainer = await StartAsync(restoreAfter: 3);

        (await AskAsync(new PauseTraining(true))).ShouldStartWith("Paused");
        (await AskAsync(new PauseTraining(true))).ShouldContain("already");
        var paused = await trainer.Ask<TrainerDescribed>(DescribeTrainer.Instance, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        (await AskAsync(new PauseTraining(false))).ShouldStartWith("Resumed");
        var resumed = await trainer.Ask<TrainerDescribed>(DescribeTrainer.Instance, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        (paused.Status.IsPaused, resumed.Status.IsPaused).ShouldBe((true, false));
        (resumed.Status.LineageEpoch, resumed.Status.ModelVersion, resumed.Status.Ingests.Count).ShouldBe((1, 1UL, 1));

        async Task<string> AskAsync(object question) => (await trainer.Ask<OperationAnswered>(question, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).Result.Text;
    }

    /// <summary>Starts a trainer, and publishes the checkpoint of its untrained encoder.</summary>
    private async Task<IActorRef> StartAsync(int restoreAfter, int everyRecords = 1_000_000)
    {
        _publisher = CreateTestProbe();
        var store = CheckpointScenario.Open(_disk);
        var start = store.Start();
        var trainer = Sys.ActorOf(TrainerActor.Props(new TrainerParts
        {
            Settings = new TrainerSettings(1000, everyRecords, TimeSpan.FromHours(1), null, "test.embeddings"),
            OpenLoop = () => _fixture.Open(restoreAfter, starts: (P0, 0)),
            OpenWriter = committed => _writer = new CheckpointWriter(store, start, keep: (3, 1), committed),
            Capture = new CheckpointCapture(0, 1, "cluster", new Dictionary<string, string>(), "{}"u8.ToArray()),
            Delivery = new CheckpointedDelivery(10_000),
            Health = new TrainerHealth(_detector),
            SendLetters = batches =>
            {
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _letters.Enqueue((batches, done));
                return done.Task;
            },
            Trip = _trips.Enqueue,
            Publisher = _publisher.Ref,
            Loaded = null,
            InDoubt = null,
            ResolveStart = _ => Task.FromResult(0L),
            Lag = (_, _) => -1,
            Progress = _board,
            Metrics = _metrics,
            Clock = TimeProvider.System,
            Fail = _failures.Enqueue,
            Finished = () => { },
        }));
        var first = await _publisher.ExpectMsgAsync<PublishOutputs>(TimeSpan.FromSeconds(20), cancellationToken: TestContext.Current.CancellationToken);
        trainer.Tell(new OutputsPublished(first.Sequence, first.Records.Count), _publisher.Ref);
        trainer.Tell(new RegisterIngest(default), CreateTestProbe().Ref); // Whoever has not registered is not listened to.
        return trainer;
    }

    private static async Task BetweenStepsAsync(IActorRef trainer, Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        trainer.Tell(new RunBetweenSteps(work, done));
        await done.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private async Task<int> QuarantinedAsync(IActorRef trainer)
    {
        var records = 0;
        await BetweenStepsAsync(trainer, () => records = _fixture.Loop.Quarantine.Records);
        return records;
    }

    private static PairChunk Pixels(long from, long to) => Chunk(P0, from, to, [.. Range(from, to)], rowBytes: LoopFixture.RowBytes);
}
