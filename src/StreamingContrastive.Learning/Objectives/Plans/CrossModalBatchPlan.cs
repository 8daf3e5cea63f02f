using System.Collections.Immutable;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Plans;

/// <summary>
/// The parts of a record against each other within the batch, every pair both ways, gradient on both sides; with two the plan of CLIP (Radford et al. 2021,
/// arXiv 2103.00020, Figure 3) and SigLIP, with half the weight for each direction. With a weight w also each part's two views, as in SLIP
/// (Mu et al. 2021, arXiv 2112.12750). With the queue also past vectors of the other part, detached.
/// </summary>
/// <param name="withQueue">Also past vectors.</param>
/// <param name="within">w; 0 leaves the contrast within a part out, and then only one view of a part is encoded.</param>
internal sealed class CrossModalBatchPlan(bool withQueue, double within) : IPlan
{
    public ViewEncoding Encoding => within > 0 ? ViewEncoding.BothByQuery : ViewEncoding.QueryOnly;

    public IReadOnlyList<Direction> Build(Encoded encoded, IReadOnlyList<QueueSnapshot> queues) =>
        PartPairs.Directions(encoded, within, (anchor, candidate, weight) => Between(encoded, anchor, candidate, queues[candidate], weight));

    public IReadOnlyList<Enqueue> Keys(Encoded encoded) => withQueue
        ? [.. encoded.Parts.Select((part, i) => PartPairs.Remember(encoded, i, part.Query.detach(), ofQueryView: true))]
        : [];

    private Direction Between(Encoded encoded, int anchor, int candidate, QueueSnapshot queue, double weight)
    {
        var (own, other) = (encoded.Parts[anchor], encoded.Parts[candidate]);
        var (anchors, candidates) = (own.Query, anchor == candidate ? own.Key : other.Query);
        var blocks = ImmutableArray.CreateBuilder<CandidateBlock>(4);
        blocks.Add(Blocks.Own(anchors, candidates, encoded.Rows));
        blocks.Add(Blocks.Batch(anchors, candidates, Blocks.WithoutMissing(Blocks.Diagonal(anchors), other), encoded.Rows));
        if (withQueue)
        {
            blocks.Add(Blocks.Queued(anchors, queue));
        }

        if (Blocks.Explicit(anchors, other) is { } hard)
        {
            blocks.Add(hard);
        }

        return new Direction($"{own.Part}-{other.Part}", anchors, encoded.Rows, blocks.ToImmutable(), weight)
        {
            Support = [candidates.detach(), anchors.detach()],
            AnchorPart = anchor,
            CandidatePart = candidate,
            Valid = PartPairs.Valid(own, other),
        };
    }
}
