using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>
/// Equivalent number of negatives (EqCo; Zhu et al. 2020, arXiv 2010.01929): adds ln(target / n) to the logits of an anchor's n
/// remaining negatives, so that few act like many. While the queue still fills, the loss then means the same from the first steps on.
/// </summary>
/// <param name="target">Number of negatives to stand for, at least 1.</param>
internal sealed class EqCo(int target) : IPolicy
{
    public Stage Stage => Stage.Weight;

    public Needs Needs => Needs.Softmax;

    public string Description => $"EqCo: the negatives that are left count like {target}";

    public Direction Apply(Direction direction, StepContext context)
    {
        if (NegativePool.Of(direction) is not { } pool)
        {
            return direction;
        }

        var delta = Math.Log(target) - pool.Survivors.clamp_min(1).log(); // [R, 1]
        return NegativePool.Map(direction, block => Candidates.AddLogWeight(block, delta));
    }
}
