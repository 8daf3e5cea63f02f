namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>
/// Leaves an anchor the hard negatives that its record brought and nothing else (MMCLIP, arXiv 2505.20152): with InfoNCE the cross-entropy
/// over {positive} and own negatives, with sigLip the sum of logistic losses over them, -[log s(t s+ + b) + sum log s(-(t s_i + b))]. A
/// record that brought none has no softmax and is left out of the mean; a sigmoid still has its positive. Blocks stay where they are, so
/// that metrics can say what was removed.
/// </summary>
internal sealed class OwnNegativesOnly : IPolicy
{
    public Stage Stage => Stage.Mask;

    public Needs Needs => Needs.None;

    public string Description => "all but the record's own hard negatives";

    public Direction Apply(Direction direction, StepContext context) => Candidates.Map(direction, block => block.Origin == Origin.Explicit
        ? block
        : Candidates.RemoveNegatives(block, block.Cosine.detach().isfinite())); // every candidate
}
