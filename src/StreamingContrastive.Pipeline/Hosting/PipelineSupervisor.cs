using Akka.Actor;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>Stop everything in order: ingest first, then the trainer. Answered by <see cref="PipelineStopped"/>.</summary>
internal sealed record StopPipeline : INoSerializationVerificationNeeded
{
    public static readonly StopPipeline Instance = new();
}

/// <summary>The last checkpoint is durable and its outputs are acknowledged.</summary>
internal sealed record PipelineStopped : INoSerializationVerificationNeeded
{
    public static readonly PipelineStopped Instance = new();
}

/// <summary>
/// Parent of publisher, trainer and ingest. An exception that none of them handles ends the pipeline: there is one recovery
/// path, and it begins with a new process (design.md section 5).
/// Running --StopPipeline--> ingest leaves the group --> trainer drains --> stopped
/// </summary>
internal sealed class PipelineSupervisor : UntypedActor
{
    private readonly Func<IActorRef, TrainerParts> _trainerParts;
    private readonly IngestParts _ingestParts;
    private readonly Props _publisherProps;
    private readonly Action<Exception> _fail;

    private IActorRef _trainer = ActorRefs.Nobody;
    private IActorRef _ingest = ActorRefs.Nobody;
    private IActorRef? _stopRequester;

    public PipelineSupervisor(Props publisherProps, Func<IActorRef, TrainerParts> trainerParts, IngestParts ingestParts, Action<Exception> fail) =>
        (_publisherProps, _trainerParts, _ingestParts, _fail) = (publisherProps, trainerParts, ingestParts, fail);

    public static Props Props(Props publisherProps, Func<IActorRef, TrainerParts> trainerParts, IngestParts ingestParts, Action<Exception> fail) =>
        Akka.Actor.Props.Create(() => new PipelineSupervisor(publisherProps, trainerParts, ingestParts, fail));

    protected override void PreStart()
    {
        var publisher = Context.ActorOf(_publisherProps, "publisher");
        _trainer = Context.ActorOf(TrainerActor.Props(_trainerParts(publisher)), "trainer");
        _ingest = Context.ActorOf(IngestActor.Props(_trainer, _ingestParts), "ingest");
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception =>
    {
        _fail(exception);
        return Directive.Stop;
    });

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case StopPipeline:
                _stopRequester = Sender;
                _ingest.Tell(StopIngest.Instance);
                break;
            case IngestStopped:
                _trainer.Tell(DrainTrainer.Instance);
                break;
            case TrainerDrained:
                _stopRequester?.Tell(PipelineStopped.Instance);
                break;
            case RunBetweenSteps or DescribeTrainer or PauseTraining or TakeCheckpoint:
                _trainer.Forward(message);
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
