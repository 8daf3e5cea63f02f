using StreamingContrastive.Learning.Queue;

namespace StreamingContrastive.Learning.Objectives.Plans;

/// <summary>
/// The parts of a record against each other, both ways, with a queue a part; of two parts a and b L = 1/2 (L(q_a, k_b, queue_b) + L(q_b, k_a, queue_a)), and
/// with a weight w also each part's own two views, w/2 (L(q_a, k_a, queue_a) + L(q_b, k_b, queue_b)). Keys come from momentum encoders
/// (MoCo's plan across modalities, as in Li et al. 2021, arXiv 2107.07651, Eq. 1 and 2). Every direction sees the queues as they were;
/// each part's keys are remembered once, after all of them.
/// </summary>
/// <param name="source">Where negatives come from: queue, the other records' keys of the batch, or both.</param>
/// <param name="within">w; 0 leaves the contrast within a part out.</param>
internal sealed class CrossModalPlan(NegativeSource source, double within) : IPlan
{
    public ViewEncoding Encoding => ViewEncoding.QueryAndKey;

    public IReadOnlyList<Direction> Build(Encoded encoded, IReadOnlyList<QueueSnapshot> queues) =>
        PartPairs.Directions(encoded, within, (anchor, candidate, weight) => KeyDirections.Between(encoded, anchor, candidate, queues[candidate], source, weight));

    public IReadOnlyList<Enqueue> Keys(Encoded encoded) => source == NegativeSource.Batch
        ? []
        : [.. encoded.Parts.Select((part, i) => PartPairs.Remember(encoded, i, part.Key))];
}
