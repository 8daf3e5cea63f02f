using Akka.Actor;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>
/// One worker of the augmentation pool: decodes a chunk's records and makes their views. Owns its decoder's and generator's
/// scratch memory; never touches Kafka or the model. A bad record is an answer, not an exception; anything that throws here is
/// a bug, and is answered as a failure that ends the pipeline through its one recovery path.
/// </summary>
internal sealed class AugmentationActor : UntypedActor
{
    private readonly PairChunkBuilder _builder;
    private readonly StageTimes? _stages;
    private readonly TimeProvider _clock;

    public AugmentationActor(InputOptions input, AugmentationOptions augmentation, ulong seed, StageTimes? stages, TimeProvider clock) =>
        (_builder, _stages, _clock) = (new PairChunkBuilder(new PairConstructor(input.Payload, augmentation), input, seed), stages, clock);

    /// <param name="input">What a record is.</param>
    /// <param name="augmentation">How views are made.</param>
    /// <param name="seed">The pipeline's seed.</param>
    /// <param name="stages">Where time is counted; null for nowhere.</param>
    /// <param name="clock">Clock of that.</param>
    public static Props Props(InputOptions input, AugmentationOptions augmentation, ulong seed, StageTimes? stages = null, TimeProvider? clock = null) =>
        Akka.Actor.Props.Create(() => new AugmentationActor(input, augmentation, seed, stages, clock ?? TimeProvider.System));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ConstructPairs construct:
                OnConstructPairs(construct);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnConstructPairs(ConstructPairs construct)
    {
        try
        {
            var started = _clock.GetTimestamp();
            var constructed = _builder.Build(construct.Chunk);
            _stages?.Add(PipelineStage.Augmentation, _clock.GetElapsedTime(started));
            Sender.Tell(constructed);
        }
        catch (Exception exception)
        {
            Sender.Tell(new Status.Failure(exception));
            throw;
        }
    }
}
