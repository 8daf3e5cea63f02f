using Akka.Actor;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Publishing;

/// <summary>
/// Produces outputs in the order in which they were asked for, one request at a time, and answers when the broker has
/// acknowledged all of it. Never decides when something may appear: that is the trainer's.
/// Idle --PublishOutputs--> Publishing --acknowledged--> next request or Idle
/// </summary>
internal sealed class PublisherActor : UntypedActor
{
    private sealed record Produced(PublishOutputs Request, IActorRef ReplyTo) : INoSerializationVerificationNeeded;

    private sealed record ProduceFailed(PublishOutputs Request, IActorRef ReplyTo, Exception Reason) : INoSerializationVerificationNeeded;

    private readonly Func<IReadOnlyList<OutputRecord>, CancellationToken, Task> _produce;
    private readonly CancellationToken _stopping;

    private readonly Queue<(PublishOutputs Request, IActorRef ReplyTo)> _waiting = new();
    private bool _publishing;

    public PublisherActor(Func<IReadOnlyList<OutputRecord>, CancellationToken, Task> produce, CancellationToken stopping) =>
        (_produce, _stopping) = (produce, stopping);

    public static Props Props(Func<IReadOnlyList<OutputRecord>, CancellationToken, Task> produce, CancellationToken stopping) =>
        Akka.Actor.Props.Create(() => new PublisherActor(produce, stopping));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PublishOutputs request:
                _waiting.Enqueue((request, Sender));
                PublishNext();
                break;
            case Produced produced:
                _publishing = false;
                produced.ReplyTo.Tell(new OutputsPublished(produced.Request.Sequence, produced.Request.Records.Count));
                PublishNext();
                break;
            case ProduceFailed failed:
                // Later requests stay where they are: publishing past a hole would break the order of versions.
                failed.ReplyTo.Tell(new PublishFailed(failed.Request.Sequence, failed.Reason));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void PublishNext()
    {
        if (_publishing || !_waiting.TryDequeue(out var next))
        {
            return;
        }

        _publishing = true;
        _produce(next.Request.Records, _stopping).PipeTo(
            Self,
            success: () => new Produced(next.Request, next.ReplyTo),
            failure: exception => new ProduceFailed(next.Request, next.ReplyTo, exception));
    }
}
