using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>
/// Lets keys count less the older they are (learning.md G1): ln w_j = -ln 2 * age_j / half-life, the age in optimizer steps. Keys of
/// the running step have age 0.
/// </summary>
/// <param name="halfLifeSteps">Age at which a key counts half, above 0.</param>
internal sealed class AgeDecay(double halfLifeSteps) : IPolicy
{
    public Stage Stage => Stage.Weight;

    public Needs Needs => Needs.Softmax | Needs.Queue;

    public string Description => FormattableString.Invariant($"age decay: half after {halfLifeSteps:0.###} steps");

    public Direction Apply(Direction direction, StepContext context) => Candidates.Map(direction, block =>
    {
        if (block.Origin != Origin.Queue || block.Columns is not { } columns)
        {
            return block;
        }

        var age = (context.Step - columns[MetaField.Step]).to(block.Cosine.dtype); // [C]
        return Candidates.AddLogWeight(block, (age * (-Math.Log(2) / halfLifeSteps)).unsqueeze(0));
    });
}
