using StreamingContrastive.Learning.Queue;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>
/// MoCo's plan: the query view against the key view of the same record and the queue as it was before this step
/// (He et al. 2020, arXiv 1911.05722, Algorithm 1). The keys are remembered once.
/// </summary>
internal sealed class TwoViewPlan : IPlan
{
    public IReadOnlyList<Direction> Build(Encoded encoded, QueueSnapshot queue)
    {
        var (q, k) = (encoded.Query, encoded.Key);
        var positive = new CandidateBlock(
            Origin.Positive,
            k.unsqueeze(1), // [B, d] -> [B, 1, d]
            (q * k).sum(1, keepdim: true), // [B, 1]
            null,
            null,
            encoded.Rows);
        var negatives = new CandidateBlock(
            Origin.Queue,
            queue.Keys,
            q.matmul(queue.Keys.t()), // [B, d] x [d, C] -> [B, C]
            null,
            null,
            queue.Items);
        return [new Direction("query-key", q, encoded.Rows, [positive, negatives], 1.0)];
    }

    public IReadOnlyList<Enqueue> Keys(Encoded encoded) => [new Enqueue(encoded.Key, encoded.Rows)];
}
