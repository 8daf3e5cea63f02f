using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>
/// Keeps the N most similar negatives of every anchor, exactly N where there are as many. Put a guard in front of it (a ring's upper
/// bound, cancellation): the most similar ones are where false negatives are.
/// </summary>
/// <param name="count">N, at least 1.</param>
internal sealed class HardestOnly(int count) : IPolicy
{
    public Stage Stage => Stage.Select;

    public Needs Needs => Needs.Softmax;

    public string Description => $"hardest: the {count} most similar";

    public Direction Apply(Direction direction, StepContext context)
    {
        if (NegativePool.Of(direction) is not { } pool || pool.Count <= count)
        {
            return direction;
        }

        var indices = pool.Cosine.topk(count, dim: 1, largest: true, sorted: false).indexes; // [R, N]
        var keep = zeros_like(pool.Cosine, ScalarType.Bool).scatter(1, indices, ones_like(indices, ScalarType.Bool));
        return NegativePool.Keep(direction, keep);
    }
}
