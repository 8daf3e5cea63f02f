using Akka.Actor;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;
using static StreamingContrastive.Pipeline.Training.TrainerSignals;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>
/// Owns the model and is the authority on offsets: carries <see cref="IngestSide"/>, <see cref="TrainerTurns"/> and
/// <see cref="CheckpointCycle"/>. On a pinned dispatcher: every message, and with it every tensor, is handled by one thread. Never
/// touches Kafka or files.
/// Restoring --model loaded--> Running --DrainTrainer or bounded end--> Draining --durable and published--> Drained
///                             Running, Draining --a guard trips--> Tripped: the run ends
/// </summary>
internal sealed class TrainerActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(500);

    private readonly TrainerParts _parts;

    private TrainingLoop _loop = null!;
    private IngestSide _ingest = null!;
    private CheckpointCycle _checkpoints = null!;
    private TrainerTurns _turns = null!;
    private TrainerProgress _progress = null!;
    private TrainerOperations _operations = null!;
    private IActorRef _drainRequester = ActorRefs.Nobody;
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
                _ingest.ChunkArrived(ready);
                break;
            case Pump:
                _pumping = false;
                Follow(_turns.Take());
                break;
            case RegisterIngest register:
                _ingest.Registered(register, Sender.Tell);
                break;
            case GapFound gap:
                _ingest.GapArrived(gap);
                break;
            case StartResolved resolved:
                _ingest.Resolved(resolved.Partition, resolved.Next, resolved.CausedBy);
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
                if (OnCommon(message))
                {
                    FinishDraining();
                }

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
                run.Run();
                break;
            case Broken broken:
                _parts.Fail(broken.Reason);
                break;
            default:
                break;
        }
    }

    /// <summary>The run is ending: what comes in now belongs to a branch that is given up.</summary>
    private void Tripped(object message)
    {
        if (message is ChunkReady ready)
        {
            ready.Chunk.ReturnBuffers();
        }
        else if (message is RunBetweenSteps run)
        {
            run.Done.SetCanceled();
        }
    }

    /// <summary>Running and Draining. False once a guard has tripped.</summary>
    private bool OnCommon(object message)
    {
        switch (message)
        {
            case Tick:
                OnTick();
                return true;
            case CheckpointCommitted committed:
                _checkpoints.Committed(committed);
                _ingest.Committed(committed.Manifest);
                _operations.Committed(committed.Manifest);
                StartPumping();
                return true;
            case OutputsPublished published:
                _checkpoints.Published(published);
                StartPumping();
                return true;
            case LettersAcknowledged:
                return Follow(_turns.LettersAcknowledged());
            case PublishFailed failed:
                _parts.Fail(failed.Reason);
                return true;
            case Broken broken:
                _parts.Fail(broken.Reason);
                return true;
            case WriterEnded:
                return true;
            case RunBetweenSteps run:
                run.Run();
                return true;
            default:
                if (!_operations.Handle(message, Sender.Tell))
                {
                    Unhandled(message);
                }

                return true;
        }
    }

    private void OnBegin()
    {
        _loop = _parts.OpenLoop();
        var self = Self;
        var writer = _parts.OpenWriter(committed => self.Tell(committed));
        writer.Completion.PipeTo(Self, success: () => WriterEnded.Instance, failure: exception => new Broken(exception));
        _progress = new TrainerProgress(_parts, _loop);
        _ingest = new IngestSide(
            _loop, _parts.Settings.WindowRecords, _parts.Settings.StopAfterRecords, _parts.Metrics, new IngestOutlet(StartPumping, Resolve, _parts.Fail), _parts.Settings.Configuration);
        _checkpoints = new CheckpointCycle(_parts, _loop, writer, _progress, Self);
        _operations = new TrainerOperations(_parts, _loop, _ingest, _checkpoints, _progress);
        _turns = new TrainerTurns(_parts, _loop, _checkpoints, _progress, _ingest);
        Become(Running);
        _checkpoints.Begin();
        _parts.Restored?.Invoke();
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, TickEvery);
    }

    private void OnTick()
    {
        _ingest.Repeat();
        _checkpoints.CheckLineage();
        _checkpoints.TakeIfDue();
        _operations.Ticked();
        _progress.Lag = _parts.Lag(_loop.Ledger.TrainedTable(), _ingest.Positions);
        _parts.Metrics.MemorySeen(ContrastiveTrainer.LiveTensors, _loop.Trainer.ReadDeviceMemory());
        _progress.Publish();
        StartPumping();
    }

    private void Resolve(PartitionId partition, AssignmentEpoch causedBy) => _parts.ResolveStart(partition).PipeTo(
        Self,
        success: next => new StartResolved(partition, next, causedBy),
        failure: exception => new Broken(exception));

    /// <summary>One turn a message, so that chunks, ticks and commits come in between.</summary>
    private void StartPumping()
    {
        if (!_pumping)
        {
            _pumping = true;
            Self.Tell(Pump.Instance);
        }
    }

    /// <summary>Does what a turn asks for. False once a guard has tripped.</summary>
    private bool Follow(AfterTurn next)
    {
        switch (next)
        {
            case AfterTurn.GoOn:
                StartPumping();
                return true;
            case AfterTurn.SendLetters letters:
                _parts.SendLetters(letters.Batches).PipeTo(Self, success: () => LettersAcknowledged.Instance, failure: exception => new Broken(exception));
                return true;
            case AfterTurn.End:
                BeginDraining();
                return true;
            case AfterTurn.Trip trip:
                Timers.CancelAll();
                _loop.Discard();
                Become(Tripped);
                _parts.Metrics.GuardTripped(trip.Kind);
                _parts.Trip(trip.Guard);
                return false;
            default:
                return true;
        }
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
        _checkpoints.TakeLast();
        if (!_checkpoints.IsSettled)
        {
            return;
        }

        _progress.Publish();
        Timers.CancelAll();
        Become(Drained);
        _drainRequester.Tell(TrainerDrained.Instance);
        _parts.Finished();
    }
}
