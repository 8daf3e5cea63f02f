using Akka.Actor;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>
/// One worker of the augmentation pool: decodes a chunk's records and makes their views. Owns its decoder's and generator's
/// scratch memory; never touches Kafka or the model. A bad record is an answer, not an exception; anything that throws here is
/// a bug, and is answered as a failure that ends the pipeline through its one recovery path.
/// </summary>
internal sealed class AugmentationActor : UntypedActor
{
    private readonly PairChunkBuilder _builder;

    public AugmentationActor(InputOptions input, AugmentationOptions augmentation, ulong seed, int excerptCharacters) =>
        _builder = new PairChunkBuilder(RowConstructors.Of(input, augmentation, excerptCharacters), input, seed);

    public static Props Props(InputOptions input, AugmentationOptions augmentation, ulong seed, int excerptCharacters = 0) =>
        Akka.Actor.Props.Create(() => new AugmentationActor(input, augmentation, seed, excerptCharacters));

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
            Sender.Tell(_builder.Build(construct.Chunk));
        }
        catch (Exception exception)
        {
            Sender.Tell(new Status.Failure(exception));
            throw;
        }
    }
}
