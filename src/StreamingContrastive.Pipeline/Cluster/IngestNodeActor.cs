using Akka.Actor;
using StreamingContrastive.Pipeline.Ingest;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>Parent of the ingest of a node. What it cannot handle ends the node: there is one recovery path (design.md section 5).</summary>
internal sealed class IngestNodeActor : UntypedActor
{
    private readonly IActorRef _trainer;
    private readonly IngestParts _parts;
    private IActorRef _ingest = ActorRefs.Nobody;

    public IngestNodeActor(IActorRef trainer, IngestParts parts) => (_trainer, _parts) = (trainer, parts);

    public static Props Props(IActorRef trainer, IngestParts parts) => Akka.Actor.Props.Create(() => new IngestNodeActor(trainer, parts));

    protected override void PreStart() => _ingest = Context.ActorOf(IngestActor.Props(_trainer, _parts), "ingest");

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception =>
    {
        _parts.Fail(exception);
        return Directive.Stop;
    });

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case StopIngest:
                _ingest.Forward(message);
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
