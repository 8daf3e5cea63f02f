namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>
/// Keeps semi-hard negatives (Schroff et al. 2015, arXiv 1503.03832, section 3.2): those that are less similar than the anchor's
/// positive, but by no more than a margin, 0 &lt; s+ - s_j &lt;= margin. Harder ones are often false negatives, easier ones teach little.
/// An anchor without any is left out of the step.
/// </summary>
/// <param name="margin">Greatest difference of cosines, above 0.</param>
internal sealed class SemiHard(double margin) : IPolicy
{
    public Stage Stage => Stage.Select;

    public Needs Needs => Needs.Softmax;

    public string Description => FormattableString.Invariant($"semi-hard: less similar than the positive by at most {margin:0.###}");

    public Direction Apply(Direction direction, StepContext context)
    {
        if (NegativePool.Of(direction) is not { } pool)
        {
            return direction;
        }

        var difference = direction.PositiveBlock.Cosine.detach().mean([1], keepdim: true) - pool.Cosine; // [R, 1] - [R, M]
        return NegativePool.Keep(direction, difference.gt(0).logical_and(difference.le(margin)));
    }
}
