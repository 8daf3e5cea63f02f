using Akka.Actor;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>
/// The cluster singleton: a trainer from the moment that this node has to train. Opens what a trainer needs, owns it, and gives it back
/// before another node takes over. There may be two of it for a while (a partition, a long pause): the epoch file and the transactional.id
/// stop the older one, which ends its process. Never decides anything about the cluster.
/// <code>
/// Opening --opened--> Running --HandOver--> Closing --closed--> stopped
///                     Running --a guard trips--> Closing --closed--> Opening
/// </code>
/// </summary>
#pragma warning disable CA1001 // Actors are stopped, not disposed of: PostStop does it.
internal sealed class TrainerIncarnation : UntypedActor
#pragma warning restore CA1001
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private sealed record Opened(PipelineResources Resources) : INoSerializationVerificationNeeded;

    private sealed record OpenFailed(Exception Reason) : INoSerializationVerificationNeeded;

    private sealed record Tripped(GuardTrip Trip) : INoSerializationVerificationNeeded;

    private sealed record Branched(GuardTrippedException Trip) : INoSerializationVerificationNeeded;

    private sealed record Closed(Exception? Failure) : INoSerializationVerificationNeeded;

    private sealed record Broken(Exception Reason) : INoSerializationVerificationNeeded;

    private readonly IncarnationParts _parts;
    private readonly Standbys _standbys;
    private readonly CancellationTokenSource _opening = new();
    private PipelineResources? _resources;
    private IActorRef _trainer = ActorRefs.Nobody;
    private IActorRef _publisher = ActorRefs.Nobody;
    private bool _goesOn;
    private bool _handsOver;
    private bool _failed;

    public TrainerIncarnation(IncarnationParts parts) => (_parts, _standbys) = (parts, new Standbys(parts.Identity, Akka.Cluster.Cluster.Get(Context.System)));

    public static Props Props(IncarnationParts parts) => Akka.Actor.Props.Create(() => new TrainerIncarnation(parts));

    protected override void PreStart()
    {
        _parts.Active();
        _parts.Laps.Activated();
        Open();
    }

    protected override void PostStop() => _opening.Dispose();

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception =>
    {
        Self.Tell(new Broken(exception));
        return Directive.Stop;
    });

    /// <summary>Opening.</summary>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Opened opened:
                OnOpened(opened.Resources);
                break;
            case OpenFailed failed:
                OnOpenFailed(failed.Reason);
                break;
            case HandOver:
                _handsOver = true;
                _opening.Cancel();
                break;
            default:
                OnCommon(message);
                break;
        }
    }

    private void Running(object message)
    {
        switch (message)
        {
            case ChunkReady or RegisterIngest or GapFound or RunBetweenSteps or DescribeTrainer or PauseTraining or TakeCheckpoint:
                _trainer.Forward(message);
                break;
            case HandOver:
                OnHandOver();
                break;
            case Broken broken:
                OnBroken(broken.Reason);
                break;
            case TrainerDrained:
                Close();
                break;
            case Tripped tripped:
                _resources!.BranchAsync(tripped.Trip).PipeTo(Self, success: trip => new Branched(trip), failure: reason => new OpenFailed(reason));
                break;
            case Branched branched:
                _parts.Log.LogWarning("{Trip}", branched.Trip.Message);
                _goesOn = !_handsOver;
                Close();
                break;
            case OpenFailed failed:
                OnBroken(failed.Reason); // No branch could be made: the guard is exhausted, or the directory is gone.
                break;
            default:
                OnCommon(message);
                break;
        }
    }

    private void Closing(object message)
    {
        switch (message)
        {
            case Closed closed:
                OnClosed(closed);
                break;
            case HandOver:
                (_handsOver, _goesOn) = (true, false);
                break;
            default:
                OnCommon(message);
                break;
        }
    }

    /// <summary>In every state: who is there and who looks. A chunk that comes too early or too late is read again.</summary>
    private void OnCommon(object message)
    {
        switch (message)
        {
            case ChunkReady ready:
                ready.Chunk.ReturnBuffers();
                break;
            case RegisterIngest or GapFound:
                break; // Asked again in a second; read again.
            case StandbyReady standby when _standbys.Refusal(standby) is { } refused:
                Sender.Tell(refused);
                break;
            case StandbyReady:
                break;
            case WatchTrainer:
                Sender.Tell(new TrainerSeen(_parts.Progress.Current, _parts.Clock.GetTimestamp()));
                break;
            case StepDown:
                OnStepDown(_standbys.StepDown());
                break;
            case Broken:
                break; // It was being closed already.
            case DescribeTrainer or PauseTraining or TakeCheckpoint:
                break; // No trainer answers while one is being opened or closed; whoever asks is told so by the silence.
            default:
                Unhandled(message);
                break;
        }
    }

    private void Open()
    {
        var (open, token) = (_parts.Open, _opening.Token);
        Task.Run(() => open(token)).PipeTo(Self, success: resources => new Opened(resources), failure: reason => new OpenFailed(reason));
    }

    private void OnOpened(PipelineResources resources)
    {
        _resources = resources;
        _parts.Laps.Opened();
        if (_handsOver)
        {
            Close();
            return;
        }

        var self = Self;
        _publisher = Context.ActorOf(resources.Publisher);
        var parts = resources.Trainer(_publisher, reason => self.Tell(new Broken(reason)), Finished, trip => self.Tell(new Tripped(trip)));
        _trainer = Context.ActorOf(TrainerActor.Props(parts with
        {
            Settings = parts.Settings with { Configuration = _parts.Identity.Configuration, Node = NodeAddress.Of(Akka.Cluster.Cluster.Get(Context.System).SelfAddress) },
            Restored = _parts.Laps.Restored,
        }));
        Become(Running);

        void Finished()
        {
            if (!_handsOver)
            {
                _parts.Finished();
            }
        }
    }

    private void OnHandOver()
    {
        _handsOver = true;
        if (_failed)
        {
            Close(); // There is nothing to drain: what is not committed is trained again by whoever takes over.
            return;
        }

        _parts.Log.LogInformation("Handing over: the step that runs, a checkpoint, its outputs");
        _trainer.Tell(DrainTrainer.Instance);
    }

    /// <summary>Ends the node; while it hands over, what is left is closed and the other one may begin.</summary>
    private void OnBroken(Exception reason)
    {
        _failed = true;
        _parts.Fail(reason);
        if (_handsOver)
        {
            Close();
        }
    }

    private void OnOpenFailed(Exception reason)
    {
        if (_handsOver)
        {
            Context.Stop(Self);
        }
        else
        {
            _parts.Fail(reason);
        }
    }

    private void Close()
    {
        Become(Closing);
        CloseAsync(_trainer, _publisher, _resources!).PipeTo(Self, success: () => new Closed(null), failure: reason => new Closed(reason));
    }

    // The trainer's thread frees the model before files and producers go.
    private static async Task CloseAsync(IActorRef trainer, IActorRef publisher, PipelineResources resources)
    {
        if (!trainer.IsNobody())
        {
            await Task.WhenAll(trainer.GracefulStop(StopTimeout), publisher.GracefulStop(StopTimeout)).ConfigureAwait(false);
        }

        await resources.DisposeAsync().ConfigureAwait(false);
    }

    private void OnClosed(Closed closed)
    {
        (_resources, _trainer, _publisher) = (null, ActorRefs.Nobody, ActorRefs.Nobody);
        if (closed.Failure is { } failure)
        {
            _parts.Log.LogWarning("The trainer could not be closed in order: {Reason}", failure.Message);
        }

        if (_goesOn)
        {
            _goesOn = false;
            Become(OnReceive);
            Open();
        }
        else
        {
            Context.Stop(Self);
        }
    }

    // Answered first, since this node is about to leave.
    private void OnStepDown(OperationResult answer)
    {
        Sender.Tell(new OperationAnswered(answer));
        if (answer.IsDone)
        {
            _parts.StepDown();
        }
    }
}
