using Akka.Actor;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>What an incarnation is made of.</summary>
/// <param name="Open">Connects, restores the newest checkpoint of the lineage and begins an epoch.</param>
/// <param name="Identity">What a standby must agree with.</param>
/// <param name="Progress">The trainer's progress.</param>
/// <param name="Laps">Told of the parts of a takeover.</param>
/// <param name="Active">Told when the singleton starts on this node.</param>
/// <param name="Finished">A bounded run has reached its end.</param>
/// <param name="Fail">Ends the node with a reason; its supervisor starts it again.</param>
/// <param name="Log">Log.</param>
/// <param name="Clock">Clock.</param>
internal sealed record IncarnationParts(
    Func<CancellationToken, Task<PipelineResources>> Open, TrainerIdentity Identity, ProgressBoard Progress, TakeoverLaps Laps, Action Active, Action Finished, Action<Exception> Fail, ILogger Log, TimeProvider Clock)
{
    /// <summary>The node leaves the cluster, which hands over.</summary>
    public required Action StepDown { get; init; }
}

/// <summary>What the trainers of one cluster have in common.</summary>
/// <param name="Configuration">Fingerprint of the pipeline.</param>
/// <param name="Directory">Identity of the checkpoint directory.</param>
internal sealed record TrainerIdentity(string Configuration, string Directory);

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
    private readonly CancellationTokenSource _opening = new();
    private PipelineResources? _resources;
    private IActorRef _trainer = ActorRefs.Nobody;
    private IActorRef _publisher = ActorRefs.Nobody;
    private bool _goesOn;
    private bool _handsOver;
    private bool _failed;

    public TrainerIncarnation(IncarnationParts parts) => _parts = parts;

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
            case StandbyReady standby:
                OnStandbyReady(standby);
                break;
            case WatchTrainer:
                Sender.Tell(new TrainerSeen(_parts.Progress.Current, _parts.Clock.GetTimestamp()));
                break;
            case StepDown:
                OnStepDown();
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

    /// <summary>Refused without a standby: then nobody would train. Answered first, since this node is about to leave.</summary>
    private void OnStepDown()
    {
        var cluster = Akka.Cluster.Cluster.Get(Context.System);
        var node = NodeAddress.Of(cluster.SelfAddress);
        var standby = cluster.State.Members.Except(cluster.State.Unreachable)
            .FirstOrDefault(m => m.Status == Akka.Cluster.MemberStatus.Up && m.HasRole(NodeRoleNames.Trainer) && m.UniqueAddress != cluster.SelfUniqueAddress);
        if (standby is null)
        {
            Sender.Tell(new OperationAnswered(new OperationResult(IsDone: false, $"No standby is a member of the cluster, so nobody would train when {node} steps down. Start another node with --role trainer; to stop training, stop the node.")));
            return;
        }

        Sender.Tell(new OperationAnswered(new OperationResult(IsDone: true, $"{node} drains, writes a checkpoint, publishes it and leaves; {NodeAddress.Of(standby.Address)} takes over, or another standby.")));
        _parts.StepDown();
    }

    private void OnStandbyReady(StandbyReady standby)
    {
        var identity = _parts.Identity;
        if (!ConfigurationFingerprint.Agree(standby.Configuration, identity.Configuration))
        {
            Sender.Tell(new StandbyRefused(ConfigurationFingerprint.Refusal(standby.Node, standby.Configuration, identity.Configuration)));
        }
        else if (standby.Directory != identity.Directory)
        {
            Sender.Tell(new StandbyRefused(
                $"The trainer node {standby.Node} has another checkpoint directory (identity {standby.Directory}) than the trainer (identity {identity.Directory}): it would begin from nothing when it takes over. Give all trainer nodes one shared checkpoint:directory."));
        }
    }
}
