using Akka.Actor;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>
/// Keeps the progress of the trainer on a node that does not train, for its page, its log and its probes: asks once a second. A
/// trainer that does not answer leaves the last progress with its age, which says so.
/// Watching --the singleton starts here--> Idle
/// </summary>
internal sealed class WatchActor : UntypedActor, IWithTimers
{
    private sealed record Ask : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout
    {
        public static readonly Ask Instance = new();
    }

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly IActorRef _trainer;
    private readonly ProgressBoard _board;
    private readonly TimeProvider _clock;

    public WatchActor(IActorRef trainer, ProgressBoard board, TimeProvider clock) => (_trainer, _board, _clock) = (trainer, board, clock);

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef trainer, ProgressBoard board, TimeProvider clock) => Akka.Actor.Props.Create(() => new WatchActor(trainer, board, clock));

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Ask), Ask.Instance, TimeSpan.Zero, Every);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Ask:
                _trainer.Tell(WatchTrainer.Instance);
                break;
            case TrainerSeen seen:
                _board.Publish(seen.On(_clock.GetTimestamp()));
                break;
            case StandbyActor.Activated:
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
}
