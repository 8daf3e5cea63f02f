using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>
/// Keeps a trainer node warm while another one trains: native libraries loaded, the newest checkpoint verified and restored once, so that a
/// takeover finds everything in memory and in the disk's cache. Owns nothing that outlives a rehearsal, so its memory is bounded by one
/// model. Also says that it is there, and ends the node when the trainer will not have it.
/// Standing by --the singleton starts here--> Idle
/// </summary>
internal sealed class StandbyActor : UntypedActor, IWithTimers
{
    private sealed record Look : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout
    {
        public static readonly Look Instance = new();
    }

    private sealed record Rehearsed(string Checkpoint, TimeSpan Time) : INoSerializationVerificationNeeded;

    /// <summary>The singleton starts on this node: nothing is rehearsed any more.</summary>
    internal sealed record Activated : INoSerializationVerificationNeeded
    {
        public static readonly Activated Instance = new();
    }

    private readonly IActorRef _trainer;
    private readonly StandbyParts _parts;
    private string _checkpoint = "";
    private bool _rehearsing;

    public StandbyActor(IActorRef trainer, StandbyParts parts) => (_trainer, _parts) = (trainer, parts);

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef trainer, StandbyParts parts) => Akka.Actor.Props.Create(() => new StandbyActor(trainer, parts));

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Look), Look.Instance, TimeSpan.Zero, _parts.Every);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Look:
                OnLook();
                break;
            case Rehearsed rehearsed:
                OnRehearsed(rehearsed);
                break;
            case Status.Failure failure:
                _rehearsing = false;
                // The trainer may be retaining checkpoints at this moment; what is really wrong is said by the start that needs it.
                _parts.Log.LogWarning("The standby could not load the newest checkpoint: {Reason}. It tries again in {Seconds:0} s", failure.Cause.Message, _parts.Every.TotalSeconds);
                break;
            case StandbyRefused refused:
                _parts.Fail(new ClusterException(refused.Reason));
                break;
            case Activated:
                Timers.CancelAll();
                Become(Idle);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Idle(object message)
    {
    }

    private void OnLook()
    {
        _trainer.Tell(new StandbyReady(_parts.Node, _parts.Configuration, _parts.Directory, _checkpoint));
        if (_rehearsing)
        {
            return;
        }

        _rehearsing = true;
        var (began, known) = (_parts.Clock.GetTimestamp(), _checkpoint);
        Task.Run(() => _parts.Rehearse(known)).PipeTo(Self, success: name => new Rehearsed(name, _parts.Clock.GetElapsedTime(began)));
    }

    private void OnRehearsed(Rehearsed rehearsed)
    {
        _rehearsing = false;
        if (rehearsed.Checkpoint != _checkpoint)
        {
            _checkpoint = rehearsed.Checkpoint;
            _parts.Log.LogInformation("Standby: {Checkpoint} verified and loaded in {Seconds:0.00} s", _checkpoint, rehearsed.Time.TotalSeconds);
        }
    }
}

/// <summary>What a standby is made of.</summary>
/// <param name="Node">The node's address.</param>
/// <param name="Configuration">Fingerprint of its pipeline.</param>
/// <param name="Directory">Identity of its checkpoint directory.</param>
/// <param name="Rehearse">Loads the newest checkpoint unless it is the one named; the name of the newest. Seconds, on any thread.</param>
/// <param name="Every">How often.</param>
/// <param name="Fail">Ends the node with a reason.</param>
/// <param name="Log">Log.</param>
/// <param name="Clock">Clock.</param>
internal sealed record StandbyParts(string Node, string Configuration, string Directory, Func<string, string> Rehearse, TimeSpan Every, Action<Exception> Fail, ILogger Log, TimeProvider Clock);
