using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>
/// Hard negative mixing (MoCHi; Kalantidis et al. 2020, arXiv 2010.01028, section 4): from the N most similar surviving negatives of a
/// row, and only of that row, synthetic ones are mixed and appended to its denominator, never enqueued, without gradient of their own.
///   type 1: h = norm(a n_i + (1 - a) n_j), a ~ U(0, 1), i != j;   type 2: h = norm(b q + (1 - b) n_j), b ~ U(0, 0.5), q without gradient
/// Draws are a pure function of seed, step and direction, made on the CPU, so that a resumed run draws the same ones on any device.
/// Departs from the paper: sources are uniform over the row's survivors among its N; a row with too few makes fewer.
/// </summary>
internal sealed class MoChi : IPolicy
{
    private readonly MoChiPlan plan;
    private readonly ulong seed;

    /// <param name="plan">How many of what, and from when on.</param>
    /// <param name="seed">Seed of the draws.</param>
    public MoChi(MoChiPlan plan, ulong seed) => (this.plan, this.seed) = (plan, seed);

    public Stage Stage => Stage.Synthesize;

    public Needs Needs => Needs.Softmax;

    public string Description => $"MoCHi: {plan.Mixed} mixes of two and {plan.MixedWithQuery} with the query, of a row's {plan.Hardest} most similar{(plan.StartStep > 0 ? $", from step {plan.StartStep} on" : "")}";

    public Direction Apply(Direction direction, StepContext context)
    {
        var source = direction.Blocks.FirstOrDefault(b => b.Origin == Origin.Queue && b.Count > 0) ?? direction.Blocks.FirstOrDefault(b => b.Origin == Origin.Batch);
        if (source is null || source.Count == 0 || context.Step < plan.StartStep || plan.Mixed + plan.MixedWithQuery == 0)
        {
            return direction;
        }

        var (keys, weight) = Mix(direction, source, context.Step);
        var cosine = keys.matmul(direction.Anchors.unsqueeze(2)).squeeze(2); // [R, n, d] x [R, d, 1] -> [R, n]; gradient to the anchors
        return direction with { Blocks = direction.Blocks.Add(new CandidateBlock(Origin.Synthetic, keys, cosine, weight, null, null)) };
    }

    /// <summary>Type 1 of learning.md 1.7.</summary>
    internal static Tensor Blend(Tensor a, Tensor b, Tensor share) => F.normalize((a * share) + (b * (1 - share)), dim: -1);

    private (Tensor Keys, Tensor? Weight) Mix(Direction direction, CandidateBlock source, long step)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var available = NegativePool.Available(source);
        var depth = Math.Min(plan.Hardest, source.Count);
        var (values, hardest) = available.topk((int)depth, dim: 1, largest: true, sorted: true); // [R, N], survivors first
        var count = values.isneginf().logical_not().sum(1, keepdim: true); // [R, 1]
        var rows = direction.Anchors.shape[0];
        var draws = Draws(rows, (3L * plan.Mixed) + (2L * plan.MixedWithQuery), direction, step);
        List<Tensor> keys = [], weights = [];
        if (plan.Mixed > 0)
        {
            var first = Pick(draws.narrow(1, 0, plan.Mixed), count);
            var offset = Pick(draws.narrow(1, plan.Mixed, plan.Mixed), count - 1) + 1;
            var second = (first + offset).remainder(count.clamp_min(1));
            keys.Add(Blend(Keys(source, hardest, first), Keys(source, hardest, second), draws.narrow(1, 2L * plan.Mixed, plan.Mixed).unsqueeze(2)));
            weights.Add(Missing(count.lt(2), plan.Mixed, draws));
        }

        if (plan.MixedWithQuery > 0)
        {
            var at = 3L * plan.Mixed;
            var negatives = Keys(source, hardest, Pick(draws.narrow(1, at, plan.MixedWithQuery), count));
            var share = draws.narrow(1, at + plan.MixedWithQuery, plan.MixedWithQuery).unsqueeze(2) * 0.5;
            keys.Add(Blend(direction.Anchors.detach().unsqueeze(1), negatives, share));
            weights.Add(Missing(count.lt(1), plan.MixedWithQuery, draws));
        }

        return (cat(keys, 1).MoveToOuterDisposeScope(), cat(weights, 1).MoveToOuterDisposeScope());
    }

    private Tensor Draws(long rows, long columns, Direction direction, long step)
    {
        using var generator = new Generator(StepSeed.Of(seed, step, direction.Name));
        return rand(rows, columns, ScalarType.Float64, generator: generator).to(direction.Anchors.dtype).to(direction.Anchors.device);
    }

    // u in [0, 1) -> a whole number below count; rounding up to count itself is held back.
    private static Tensor Pick(Tensor u, Tensor count) => (u * count).floor().to(ScalarType.Int64).minimum((count - 1).clamp_min(0)).clamp_min(0);

    // [R, n] positions among the hardest -> [R, n, d]
    private static Tensor Keys(CandidateBlock source, Tensor hardest, Tensor positions)
    {
        var columns = hardest.gather(1, positions);
        return source.Keys.detach().index_select(0, columns.reshape(-1)).view(columns.shape[0], columns.shape[1], -1);
    }

    private static Tensor Missing(Tensor none, long columns, Tensor like) =>
        zeros_like(like.narrow(1, 0, columns)).masked_fill(none, double.NegativeInfinity);
}

/// <summary>Sizes of <see cref="MoChi"/>.</summary>
/// <param name="Hardest">N, negatives of a row that are mixed.</param>
/// <param name="Mixed">s, mixes of two negatives.</param>
/// <param name="MixedWithQuery">s', mixes of a negative with the query.</param>
/// <param name="StartStep">First step that mixes: early negatives are noise.</param>
internal sealed record MoChiPlan(int Hardest, int Mixed, int MixedWithQuery, int StartStep);
