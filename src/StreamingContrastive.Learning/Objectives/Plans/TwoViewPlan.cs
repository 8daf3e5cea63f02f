using StreamingContrastive.Learning.Queue;

namespace StreamingContrastive.Learning.Objectives.Plans;

/// <summary>
/// MoCo's plan: the query view against the key view of the same record and the queue as it was before this step
/// (He et al. 2020, arXiv 1911.05722, Algorithm 1), the other keys of the batch, or both. The keys are remembered once.
/// </summary>
/// <param name="source">Where negatives come from.</param>
internal sealed class TwoViewPlan(NegativeSource source = NegativeSource.Queue) : IPlan
{
    public ViewEncoding Encoding => ViewEncoding.QueryAndKey;

    public IReadOnlyList<Direction> Build(Encoded encoded, IReadOnlyList<QueueSnapshot> queues) =>
        [KeyDirections.Between("query-key", (encoded.Only.Query, encoded.Only.Key), encoded.Only.Query.detach(), encoded.Rows, queues[0], source, encoded.Only)];

    public IReadOnlyList<Enqueue> Keys(Encoded encoded) => source == NegativeSource.Batch ? [] : [PartPairs.Remember(encoded, 0, encoded.Only.Key)];
}
