using Akka.Actor;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>A request to the publisher that is under way.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="Outputs">Its messages.</param>
/// <param name="Embeddings">Vectors among them.</param>
/// <param name="Checkpoint">The checkpoint whose outbox it is; null for outputs that appear at once.</param>
internal sealed record Publication(long Sequence, int Outputs, int Embeddings, CheckpointName? Checkpoint);

/// <summary>The trainer's book of what it asked the publisher for; answers come in the order of requests.</summary>
/// <param name="embeddingsTopic">NAME.embeddings, with which the topics of parts begin too.</param>
internal sealed class Publications(string embeddingsTopic)
{
    private readonly Queue<Publication> _underWay = new();
    private long _sequence;

    /// <summary>Requests without an answer.</summary>
    public int UnderWay => _underWay.Count;

    /// <summary>Asks for messages to be published.</summary>
    public void Request(IActorRef publisher, IReadOnlyList<OutputRecord> outputs, CheckpointName? checkpoint, IActorRef self)
    {
        var publication = new Publication(++_sequence, outputs.Count, CountEmbeddings(outputs), checkpoint);
        _underWay.Enqueue(publication);
        publisher.Tell(new PublishOutputs(publication.Sequence, outputs), self);
    }

    /// <summary>The answer to the oldest request.</summary>
    public Publication Complete(OutputsPublished published)
    {
        var expected = _underWay.TryDequeue(out var publication) ? publication.Sequence : 0;
        return publication is not null && expected == published.Sequence
            ? publication
            : throw new InvalidOperationException(
                $"The publisher answered request {published.Sequence}, and {(expected == 0 ? "none is under way" : $"{expected} is the oldest")}: what was acknowledged is not known any more. The next start sends the outbox again, under the same ids.");
    }

    private int CountEmbeddings(IReadOnlyList<OutputRecord> outputs)
    {
        var count = 0;
        foreach (var output in outputs)
        {
            count += output.Value is not null && output.Topic.StartsWith(embeddingsTopic, StringComparison.Ordinal) ? 1 : 0;
        }

        return count;
    }
}
