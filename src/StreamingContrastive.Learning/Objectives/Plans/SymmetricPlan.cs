using StreamingContrastive.Learning.Queue;

namespace StreamingContrastive.Learning.Objectives.Plans;

/// <summary>
/// Both views are anchors of the other one: L(q1, k2) + L(q2, k1), as in MoCo's CIFAR demo and MoCo v3 (Chen et al. 2021, arXiv
/// 2104.02057, Algorithm 1). Both directions see the queue as it was; both halves of the keys are remembered only after them,
/// otherwise a view's key would be a negative of itself (lightly issue 564).
/// </summary>
/// <param name="source">Where negatives come from.</param>
internal sealed class SymmetricPlan(NegativeSource source) : IPlan
{
    public ViewEncoding Encoding => ViewEncoding.BothByBoth;

    public IReadOnlyList<Direction> Build(Encoded encoded, IReadOnlyList<QueueSnapshot> queues)
    {
        var part = encoded.Only;
        var (q2, k1) = part.Swapped ?? throw new InvalidOperationException("The symmetric plan needs both views by both encoders.");
        return
        [
            KeyDirections.Between("query-key", (part.Query, part.Key), k1, encoded.Rows, queues[0], source, part),
            KeyDirections.Between("key-query", (q2, k1), part.Key, encoded.Rows, queues[0], source, part),
        ];
    }

    public IReadOnlyList<Enqueue> Keys(Encoded encoded) => source == NegativeSource.Batch
        ? []
        : [PartPairs.Remember(encoded, 0, encoded.Only.Key), PartPairs.Remember(encoded, 0, encoded.Only.Swapped!.Value.Key, ofQueryView: true)];
}
