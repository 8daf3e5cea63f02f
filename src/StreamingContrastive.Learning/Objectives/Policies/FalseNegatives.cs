using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>What becomes of a detected false negative.</summary>
public enum FalseNegativeMode
{
    /// <summary>It leaves the denominator.</summary>
    Eliminate,

    /// <summary>It becomes a further positive; the denominator keeps it. Needs a loss for several positives.</summary>
    Attract,
}

/// <summary>
/// False-negative cancellation (Huynh et al. 2022, arXiv 2011.11765, section 3): a candidate counts as a false negative when it is
/// among an anchor's most similar ones and more similar than a threshold, by the highest cosine to any vector of the anchor's support.
/// The support is the anchor's own views and the newest queued keys of the same record id; the paper makes eight further views
/// instead. Without a symmetric plan the anchor itself stands in for the momentum feature of the query view.
/// </summary>
/// <param name="mode">Elimination or attraction.</param>
/// <param name="threshold">Cosine that a score must exceed.</param>
/// <param name="top">Most detections an anchor.</param>
/// <param name="queuedSupport">Most queued keys of the same id in a support; 0 for the views alone.</param>
internal sealed class FalseNegatives(FalseNegativeMode mode, double threshold, int top, int queuedSupport) : IPolicy
{
    public Stage Stage => Stage.FalseNegative;

    public Needs Needs => mode == FalseNegativeMode.Attract ? Needs.Softmax | Needs.ManyPositives : Needs.None;

    public string Description => FormattableString.Invariant(
        $"{(mode == FalseNegativeMode.Attract ? "attract as positives" : "eliminate")}: the {top} most similar to any own view{(queuedSupport > 0 ? $" or one of {queuedSupport} queued keys of the same record" : "")}, above {threshold:0.###}");

    public Direction Apply(Direction direction, StepContext context)
    {
        var blocks = direction.Blocks.Where(NegativePool.Ranks).ToArray();
        if (blocks.Length == 0)
        {
            return direction;
        }

        using var noGradients = no_grad();
        var queued = queuedSupport == 0 ? null : QueuedSupport(direction, blocks);
        var parts = blocks.Select(block => Scores(direction, block, queued)).ToArray();
        var scores = parts.Length == 1 ? parts[0] : cat(parts, 1); // [R, M]
        var (values, indices) = scores.topk((int)Math.Min(top, scores.shape[1]), dim: 1, largest: true, sorted: false);
        var detected = zeros_like(scores, ScalarType.Bool).scatter(1, indices, values.gt(threshold)); // [R, M]
        return NegativePool.Change(direction, detected, mode == FalseNegativeMode.Attract ? Candidates.MarkPositive : Candidates.RemoveNegatives);
    }

    /// <summary>Highest cosine to the support, [R, C]; -inf where a candidate is no negative any more.</summary>
    private static Tensor Scores(Direction direction, CandidateBlock block, (Tensor Keys, Tensor Missing)? queued)
    {
        var keys = block.Keys.detach().t(); // [C, d] -> [d, C]
        var score = direction.Support.Select(view => view.matmul(keys)).Aggregate((a, b) => a.maximum(b));
        if (queued is var (support, missing))
        {
            var (r, s, d) = (support.shape[0], support.shape[1], support.shape[2]);
            var cosine = support.view(r * s, d).matmul(keys).view(r, s, -1).masked_fill(missing.unsqueeze(2), double.NegativeInfinity);
            score = score.maximum(cosine.amax(1)); // [R, S, C] -> [R, C]
        }

        return score.masked_fill(NegativePool.Available(block).isneginf(), double.NegativeInfinity);
    }

    /// <summary>The newest queued keys of the anchors' record ids, [R, S, d], and which of them there are not, [R, S] bool.</summary>
    private (Tensor Keys, Tensor Missing)? QueuedSupport(Direction direction, CandidateBlock[] blocks)
    {
        if (blocks.FirstOrDefault(b => b.Origin == Origin.Queue) is not { Columns: { } columns } block)
        {
            return null;
        }

        // Steps from 0 are made to count from 1, so that 0 is left for keys of other records.
        var steps = (columns[MetaField.Step] + 1).unsqueeze(0) * Candidates.SameField(direction.Rows, columns, MetaField.RecordId); // [R, C]
        var (values, indices) = steps.topk((int)Math.Min(queuedSupport, block.Count), dim: 1, largest: true, sorted: false);
        var keys = block.Keys.index_select(0, indices.reshape(-1)).view(indices.shape[0], indices.shape[1], -1);
        return (keys, values.le(0));
    }
}
