using System.Collections.Immutable;
using Akka.Actor;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>
/// Owns the model and is the authority on offsets: admits chunks, steps, takes checkpoints and says when outputs may appear. On
/// a pinned dispatcher: every message, and with it every tensor, is handled by one thread. Never touches Kafka or files.
/// Restoring --model loaded--> Running --DrainTrainer or bounded end--> Draining --durable and published--> stopped
///                             Running --a guard trips--> Tripped: nothing is trained, checkpointed or published any more
/// </summary>
internal sealed partial class TrainerActor : UntypedActor, IWithTimers
{
    private sealed record Begin : INoSerializationVerificationNeeded
    {
        public static readonly Begin Instance = new();
    }

    private sealed record Pump : INoSerializationVerificationNeeded
    {
        public static readonly Pump Instance = new();
    }

    private sealed record Tick : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout
    {
        public static readonly Tick Instance = new();
    }

    private sealed record StartResolved(PartitionId Partition, long Next, long LineageEpoch, AssignmentEpoch CausedBy) : INoSerializationVerificationNeeded;

    private sealed record WriterEnded : INoSerializationVerificationNeeded
    {
        public static readonly WriterEnded Instance = new();
    }

    private sealed record Broken(Exception Reason) : INoSerializationVerificationNeeded;

    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(500);

    private readonly TrainerParts _parts;
    private readonly HashSet<PartitionId> _resolving = [];

    private TrainingLoop _loop = null!;
    private CreditAccount _credits = null!;
    private CheckpointCycle _checkpoints = null!;
    private TrainerProgress _progress = null!;
    private IActorRef? _ingest;
    private IActorRef? _drainRequester;
    private bool _pumping;

    public TrainerActor(TrainerParts parts) => _parts = parts;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(TrainerParts parts) => Akka.Actor.Props.Create(() => new TrainerActor(parts)).WithDispatcher("trainer-dispatcher");

    protected override void PreStart() => Self.Tell(Begin.Instance);

    protected override void PostStop() => _loop?.Dispose();

    /// <summary>Restoring: an ingest that registers meanwhile asks again.</summary>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Begin:
                OnBegin();
                break;
            case RegisterIngest:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Running(object message)
    {
        switch (message)
        {
            case ChunkReady ready:
                OnChunkReady(ready);
                break;
            case Pump:
                OnPump();
                break;
            case RegisterIngest register:
                OnRegisterIngest(register);
                break;
            case GapFound gap:
                OnGapFound(gap);
                break;
            case StartResolved resolved:
                OnStartResolved(resolved);
                break;
            case DrainTrainer:
                _drainRequester = Sender;
                BeginDraining();
                break;
            default:
                OnCommon(message);
                break;
        }
    }

    private void Draining(object message)
    {
        switch (message)
        {
            case ChunkReady ready:
                ready.Chunk.ReturnBuffers();
                break;
            case DrainTrainer:
                _drainRequester = Sender;
                break;
            case Pump or RegisterIngest or GapFound or StartResolved:
                break;
            default:
                OnCommon(message);
                FinishDraining();
                break;
        }
    }

    /// <summary>Everything is durable and published; late chunks only give their buffers back.</summary>
    private void Drained(object message)
    {
        switch (message)
        {
            case ChunkReady ready:
                ready.Chunk.ReturnBuffers();
                break;
            case DrainTrainer:
                Sender.Tell(TrainerDrained.Instance);
                break;
            case RunBetweenSteps run:
                OnRunBetweenSteps(run);
                break;
            case Broken broken:
                _parts.Fail(broken.Reason);
                break;
            default:
                break;
        }
    }

    private void OnCommon(object message)
    {
        switch (message)
        {
            case Tick:
                OnTick();
                break;
            case CheckpointCommitted committed:
                OnCheckpointCommitted(committed);
                break;
            case OutputsPublished published:
                OnOutputsPublished(published);
                break;
            case LettersAcknowledged:
                OnLettersAcknowledged();
                break;
            case PublishFailed failed:
                _parts.Fail(failed.Reason);
                break;
            case Broken broken:
                _parts.Fail(broken.Reason);
                break;
            case WriterEnded:
                break;
            case RunBetweenSteps run:
                OnRunBetweenSteps(run);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnBegin()
    {
        _loop = _parts.OpenLoop();
        _credits = new CreditAccount(_parts.Settings.WindowRecords, _loop.Ledger.LineageEpoch);
        var self = Self;
        var writer = _parts.OpenWriter(committed => self.Tell(committed));
        writer.Completion.PipeTo(Self, success: () => WriterEnded.Instance, failure: exception => new Broken(exception));
        _progress = new TrainerProgress(_parts, _loop);
        _checkpoints = new CheckpointCycle(_parts, _loop, writer, _progress, Self);
        Become(Running);
        if (_parts.Loaded is { } last)
        {
            _parts.Health.Committed(last.Name); // The run before may have ended before a measure confirmed it.
        }

        if (_parts.Loaded is { } loaded && _parts.InDoubt is { } outbox)
        {
            Self.Tell(new CheckpointCommitted(loaded, outbox));
        }
        else if (_parts.Loaded is null)
        {
            // Version 1 is the untrained encoder: a vector that it computes can be computed again like any other.
            _checkpoints.Take();
        }

        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, TickEvery);
    }

    private void OnRegisterIngest(RegisterIngest register)
    {
        _ingest = Sender;
        _credits.Register(register.Sent);
        if (register.Sent.LineageEpoch != _loop.Ledger.LineageEpoch)
        {
            _ingest.Tell(new OffsetTable(_loop.Ledger.LineageEpoch, _loop.Ledger.AdmittedTable().ToImmutableDictionary()));
        }

        GrantCredit();
    }

    private void OnChunkReady(ChunkReady ready)
    {
        var chunk = ready.Chunk;
        _credits.Heard(ready.Sent);
        if (ReachedEnd(admitted: _loop.PendingRecords))
        {
            chunk.ReturnBuffers();
            return;
        }

        Answer(_loop.Offer(chunk), ChunkHeader.Of(chunk));
        GrantCredit();
    }

    private void OnGapFound(GapFound gap)
    {
        if (gap.To <= gap.From)
        {
            _parts.Fail(new InvalidOperationException(
                $"{gap.Partition} ends before offset {gap.From}, which is the next to train on (input:onGap would go on at {gap.To}): the topic was deleted and made anew, or lost its tail. Offsets never go back within a pipeline's lineage; 'reset' the pipeline, or start with an empty checkpoint:directory."));
            return;
        }

        var header = new ChunkHeader(gap.Partition, gap.From, gap.To, gap.LineageEpoch, gap.Assignment);
        Answer(_loop.OfferGap(header), header);
    }

    private void Answer(OfferVerdict verdict, in ChunkHeader offered)
    {
        switch (verdict)
        {
            case OfferVerdict.Accepted:
                StartPumping();
                break;
            case OfferVerdict.Rewind rewind:
                _parts.Metrics.ChunkRewound();
                _ingest?.Tell(new RewindPartition(rewind.Partition, rewind.Next, rewind.LineageEpoch, rewind.CausedBy));
                break;
            case OfferVerdict.UnknownPartition unknown:
                Resolve(unknown.Partition, offered.Assignment);
                break;
            case OfferVerdict.Superseded superseded:
                _parts.Fail(new InvalidOperationException($"Work of {offered.Partition} follows lineage epoch {superseded.NewerEpoch}, this trainer is epoch {_loop.Ledger.LineageEpoch}: a newer trainer is at work, so this one stops."));
                break;
            default:
                _parts.Metrics.StaleChunkDropped();
                break;
        }
    }

    private void Resolve(PartitionId partition, AssignmentEpoch causedBy)
    {
        if (!_resolving.Add(partition))
        {
            return;
        }

        var epoch = _loop.Ledger.LineageEpoch;
        _parts.ResolveStart(partition).PipeTo(
            Self,
            success: next => new StartResolved(partition, next, epoch, causedBy),
            failure: exception => new Broken(exception));
    }

    private void OnStartResolved(StartResolved resolved)
    {
        _resolving.Remove(resolved.Partition);
        _loop.Ledger.Register(resolved.Partition, resolved.Next);
        _ingest?.Tell(new RewindPartition(resolved.Partition, resolved.Next, resolved.LineageEpoch, resolved.CausedBy));
    }

    private void StartPumping()
    {
        if (!_pumping)
        {
            _pumping = true;
            Self.Tell(Pump.Instance);
        }
    }

    /// <summary>One step a message, so that chunks, ticks and commits get their turn in between.</summary>
    private void OnPump()
    {
        _pumping = false;
        _checkpoints.Confirm(); // Room may have run out while a checkpoint was held back.
        if (!_parts.Delivery.HasRoom || _loop.ModelVersion == 0 || _lettersUnderWay)
        {
            return; // The next acknowledgement or commit starts the pump again; nothing is embedded by a version that has no name.
        }

        var atEnd = ReachedEnd(admitted: _loop.PendingRecords);
        var started = _parts.Clock.GetTimestamp();
        var outcome = _loop.TryStep() ?? (atEnd ? _loop.TryStepRemainder() : null);
        if (outcome is { Passed.Trained: > 0 })
        {
            _progress.Stepped(outcome, started);
            _parts.Metrics.StepCompleted((int)outcome.Passed.Trained, _parts.Clock.GetElapsedTime(started), _loop.PendingRecords);
        }

        outcome ??= _loop.TryPassEmpty();
        if (outcome is not null)
        {
            OnOutcome(outcome);
        }
        else if (atEnd)
        {
            _loop.Quarantine.Condemn(); // No batch is left that could speak for the weights.
        }

        if (_tripped)
        {
            return;
        }

        if (_loop.Quarantine.IsRestoreDue)
        {
            Trip(new GuardTrip($"{_loop.Quarantine.InARow} batches in a row could not be trained on: in the last one {_loop.Quarantine.LastReason}", _loop.Step, _loop.Quarantine.Ranges()));
        }
        else if (_loop.Quarantine.Condemned.Count > 0)
        {
            SendLetters();
        }
        else if (outcome is not null)
        {
            StartPumping();
        }
        else if (atEnd)
        {
            BeginDraining();
        }
    }

    private void OnOutcome(LoopOutcome outcome)
    {
        if (outcome.IsRefused)
        {
            _parts.Metrics.BatchRefused();
        }

        if (outcome.Metrics is { } metrics)
        {
            _parts.Metrics.LossMeasured(metrics.Loss);
        }

        if (outcome.Probe is { } probe)
        {
            _parts.Metrics.KnnMeasured(20, probe.Knn20);
            _parts.Metrics.KnnMeasured(200, probe.Knn200);
        }

        _parts.Metrics.TombstonesPassed(outcome.Passed.Tombstones);
        GrantCredit();
        if (_parts.Health.Observe(_loop.Step, outcome) is { } collapse)
        {
            Trip(new GuardTrip(collapse, _loop.Step, []));
            return;
        }

        _checkpoints.Confirm();
        _checkpoints.Passed(outcome);
        _progress.Publish();
    }

    private void OnTick()
    {
        GrantCredit();
        foreach (var rewind in _loop.Ledger.OutstandingRewinds())
        {
            _ingest?.Tell(new RewindPartition(rewind.Partition, rewind.Next, rewind.LineageEpoch, rewind.CausedBy));
        }

        _checkpoints.CheckLineage();
        _checkpoints.TakeIfDue();
        _progress.Lag = _parts.Lag(_loop.Ledger.TrainedTable());
        _progress.Publish();
        StartPumping();
    }

    private void OnCheckpointCommitted(CheckpointCommitted committed)
    {
        _checkpoints.Committed(committed);
        _ingest?.Tell(new CommitOffsets(new OffsetTable(_loop.Ledger.LineageEpoch, committed.Manifest.OffsetTable().ToImmutableDictionary())));
        StartPumping();
    }

    private void OnOutputsPublished(OutputsPublished published)
    {
        _checkpoints.Published(published);
        StartPumping();
    }

    private void BeginDraining()
    {
        _loop.Discard();
        Become(Draining);
        FinishDraining();
    }

    /// <summary>Takes the last checkpoint as soon as the writer is free, and ends when nothing is in doubt any more.</summary>
    private void FinishDraining()
    {
        if (_tripped)
        {
            return;
        }

        _checkpoints.TakeLast();
        if (!_checkpoints.IsSettled)
        {
            return;
        }

        _progress.Publish();
        Timers.CancelAll();
        Become(Drained);
        _drainRequester?.Tell(TrainerDrained.Instance);
        _parts.Finished();
    }

    private static void OnRunBetweenSteps(RunBetweenSteps run)
    {
        try
        {
            run.Work();
            run.Done.SetResult();
        }
        catch (Exception exception)
        {
            run.Done.SetException(exception);
            throw;
        }
    }

    private void GrantCredit() => _ingest?.Tell(new CreditGranted(
        _loop.Ledger.LineageEpoch, _credits.Ingest, _credits.Granted(_loop.WaitingRecords, starving: !_loop.HasBatch)));

    private bool ReachedEnd(int admitted) => _parts.Settings.StopAfterRecords is { } stop && _loop.Counters.Consumed + admitted >= stop;
}
