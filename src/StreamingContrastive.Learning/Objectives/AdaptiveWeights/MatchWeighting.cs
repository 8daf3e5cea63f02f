using StreamingContrastive.Learning.Objectives.Policies;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.AdaptiveWeights;

/// <summary>
/// Adds ln w to the logits of an anchor's nearest negatives, by what the estimator holds of the anchor's own key and theirs (learning.md
/// 1.11 b). Keys of queue and batch only: negatives that the record brought are known to be some, and synthetic ones come later.
/// </summary>
/// <param name="estimator">The network; null only to describe.</param>
/// <param name="options">Its options.</param>
/// <param name="temperature">T of the loss.</param>
internal sealed class MatchWeighting(MatchEstimator? estimator, AdaptiveWeightOptions options, double temperature) : IPolicy
{
    // A slice of anchors at a time: the differences of all pairs at once are far larger than a cache.
    private const int PairsAtOnce = 4096;

    public Stage Stage => Stage.Weight;

    public Needs Needs => Needs.Softmax | Needs.Queue;

    public string Description => FormattableString.Invariant(
        $"the {options.Nearest} nearest by a learned estimate of a match, (1 - p){(options.Hardness > 0 ? $" h, hardness {options.Hardness:0.######}" : "")}, {options.LeastWeight:0.######} to {options.MostWeight:0.######}, while it is better than the cosine");

    public Direction Apply(Direction direction, StepContext context)
    {
        var blocks = direction.Blocks.Where(Scored).ToArray();
        if (estimator is not { IsTrusted: true } || blocks.Length == 0)
        {
            return direction;
        }

        using var noGradients = no_grad();
        var weights = LogWeights(direction.PositiveBlock.Keys.detach().select(1, 0), blocks);
        var at = 0L;
        return direction with
        {
            Blocks = [.. direction.Blocks.Select(block =>
            {
                if (!Scored(block))
                {
                    return block;
                }

                var part = weights.narrow(1, at, block.Count);
                at += block.Count;
                return Candidates.AddLogWeight(block, part);
            })],
        };
    }

    private static bool Scored(CandidateBlock block) => block.Origin is Origin.Queue or Origin.Batch && block.Count > 0;

    /// <summary>ln w of all candidates of the blocks side by side, [R, M]; 0 for those that are not among the nearest.</summary>
    private Tensor LogWeights(Tensor own, CandidateBlock[] blocks)
    {
        using var scope = NewDisposeScope();
        var cosine = blocks.Length == 1 ? NegativePool.Available(blocks[0]) : cat([.. blocks.Select(NegativePool.Available)], 1); // [R, M]
        var keys = blocks.Length == 1 ? blocks[0].Keys.detach() : cat([.. blocks.Select(b => b.Keys.detach())], 0); // [M, d]
        var (values, indices) = cosine.topk((int)Math.Min(options.Nearest, cosine.shape[1]), dim: 1, largest: true, sorted: false); // [R, K]
        var match = Match(own, keys, indices);
        var weight = MatchWeights.Log(match, values, options.Hardness / temperature, options.LeastWeight, options.MostWeight);
        return zeros_like(cosine).scatter_(1, indices, weight).MoveToOuterDisposeScope();
    }

    private Tensor Match(Tensor own, Tensor keys, Tensor indices)
    {
        var (rows, count, dimension) = (indices.shape[0], indices.shape[1], own.shape[1]);
        var at = Math.Max(1, PairsAtOnce / count);
        var parts = new List<Tensor>();
        for (var first = 0L; first < rows; first += at)
        {
            var n = Math.Min(at, rows - first);
            using var slice = NewDisposeScope();
            var candidates = keys.index_select(0, indices.narrow(0, first, n).reshape(-1)).view(n, count, dimension); // [n, K, d]
            parts.Add(estimator!.Logit(own.narrow(0, first, n).unsqueeze(1), candidates).sigmoid().MoveToOuterDisposeScope());
        }

        return cat(parts, 0); // [R, K]
    }
}
