using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>
/// Adds alpha to the logits of an anchor's own hard negatives, as supervised SimCSE can (Gao et al. 2021, arXiv 2104.08821): those that its
/// record brought, and those candidates of queue and batch whose record it refers to. Another record's hard negatives are no candidates.
/// </summary>
/// <param name="logWeight">alpha: ln of how many ordinary negatives one of them counts for.</param>
internal sealed class HardNegativeWeight(double logWeight) : IPolicy
{
    public Stage Stage => Stage.Weight;

    public Needs Needs => Needs.Softmax;

    public string Description => FormattableString.Invariant($"own hard negatives, brought or referred to, count e^{logWeight:0.###} times");

    public Direction Apply(Direction direction, StepContext context) => Candidates.Map(direction, block =>
    {
        if (block.Origin == Origin.Explicit)
        {
            return Candidates.AddLogWeight(block, full_like(block.Cosine, logWeight, requires_grad: false));
        }

        return direction.References is { } references && block.Columns is { } columns
            ? Candidates.AddLogWeight(block, Referred(references, columns).to(block.Cosine.dtype).mul(logWeight))
            : block;
    });

    // [R, m] ids and [C] ids -> [R, C] bool; m is small, so one comparison each is less memory than all at once.
    private static Tensor Referred(Tensor references, ItemMeta columns)
    {
        var ids = columns[MetaField.RecordId].unsqueeze(0); // [1, C]
        return Enumerable.Range(0, (int)references.shape[1])
            .Select(i => references.narrow(1, i, 1)) // [R, 1]
            .Select(one => one.eq(ids).logical_and(one.ne(0))) // 0: no reference
            .Aggregate((a, b) => a.logical_or(b));
    }
}
