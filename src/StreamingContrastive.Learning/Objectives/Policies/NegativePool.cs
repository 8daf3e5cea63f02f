using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>
/// The negatives of a direction side by side, for policies that rank: what is removed or marked as positive is -inf and so never
/// ranks. R anchors, M negatives of all blocks together.
/// </summary>
/// <param name="Cosine">[R, M] without gradient; -inf where a candidate is no negative any more.</param>
/// <param name="Survivors">Negatives left, [R, 1] in the dtype of the cosines.</param>
internal sealed record NegativePool(Tensor Cosine, Tensor Survivors)
{
    public long Count => Cosine.shape[1];

    /// <summary>Whether a block's negatives are ranked. Those that a record brought are not: it says itself that they are negatives, and they are meant to be the most similar ones.</summary>
    public static bool Ranks(CandidateBlock block) => Candidates.BringsNegatives(block) && block.Origin != Origin.Explicit;

    /// <summary>Changes every block that is ranked.</summary>
    public static Direction Map(Direction direction, Func<CandidateBlock, CandidateBlock> change) =>
        direction with { Blocks = [.. direction.Blocks.Select(block => Ranks(block) ? change(block) : block)] };

    /// <summary>Null where no block brings negatives to rank.</summary>
    public static NegativePool? Of(Direction direction)
    {
        var blocks = direction.Blocks.Where(Ranks).ToArray();
        if (blocks.Length == 0)
        {
            return null;
        }

        var parts = blocks.Select(Available).ToArray();
        var cosine = parts.Length == 1 ? parts[0] : cat(parts, 1);
        var whole = blocks.All(b => b is { LogWeight: null, Positive: null });
        var survivors = whole
            ? full_like(cosine.narrow(1, 0, 1), cosine.shape[1], requires_grad: false)
            : cosine.isneginf().logical_not().sum(1, keepdim: true).to(cosine.dtype);
        return new NegativePool(cosine, survivors);
    }

    /// <summary>Removes the negatives outside a mask, [R, M] bool in the order of the pool.</summary>
    public static Direction Keep(Direction direction, Tensor keep) => Change(direction, keep.logical_not(), Candidates.RemoveNegatives);

    /// <summary>Changes every block by its part of a mask, [R, M] bool in the order of the pool.</summary>
    public static Direction Change(Direction direction, Tensor mask, Func<CandidateBlock, Tensor, CandidateBlock> change)
    {
        var at = 0L;
        return Map(direction, block =>
        {
            var part = mask.narrow(1, at, block.Count);
            at += block.Count;
            return change(block, part);
        });
    }

    /// <summary>Cosines of a block's negatives, [R, C], -inf where they are none any more.</summary>
    public static Tensor Available(CandidateBlock block)
    {
        var cosine = block.Cosine.detach();
        if (block.LogWeight is { } weight)
        {
            cosine = cosine.masked_fill(weight.isneginf(), double.NegativeInfinity);
        }

        return block.Positive is { } positive ? cosine.masked_fill(positive.gt(0), double.NegativeInfinity) : cosine;
    }
}
