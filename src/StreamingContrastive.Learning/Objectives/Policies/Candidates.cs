using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>Changes of candidate blocks that policies are made of. R anchors, C candidates of a block.</summary>
internal static class Candidates
{
    /// <summary>Whether a block brings negatives.</summary>
    public static bool BringsNegatives(CandidateBlock block) => block.Origin != Origin.Positive && block.Count > 0;

    /// <summary>Changes every block that brings negatives.</summary>
    public static Direction Map(Direction direction, Func<CandidateBlock, CandidateBlock> change) =>
        direction with { Blocks = [.. direction.Blocks.Select(block => BringsNegatives(block) ? change(block) : block)] };

    /// <summary>Removes the negatives under a mask, [R, C] bool; marked positives stay.</summary>
    public static CandidateBlock RemoveNegatives(CandidateBlock block, Tensor mask) =>
        Remove(block, block.Positive is { } positive ? mask.logical_and(positive.le(0)) : mask);

    /// <summary>Removes all candidates under a mask, [R, C] bool or one that broadcasts to it.</summary>
    public static CandidateBlock Remove(CandidateBlock block, Tensor mask) =>
        block with { LogWeight = (block.LogWeight ?? zeros_like(block.Cosine, requires_grad: false)).masked_fill(mask, double.NegativeInfinity) };

    /// <summary>Adds to the log-weights of the negatives, [R, C] or what broadcasts to it; marked positives keep theirs.</summary>
    public static CandidateBlock AddLogWeight(CandidateBlock block, Tensor delta)
    {
        if (block.Positive is { } positive)
        {
            delta = delta.expand(block.Cosine.shape).masked_fill(positive.gt(0), 0);
        }

        return block with { LogWeight = block.LogWeight is { } weight ? weight + delta : delta.expand(block.Cosine.shape) };
    }

    /// <summary>Marks candidates under a mask, [R, C] bool, as positives.</summary>
    public static CandidateBlock MarkPositive(CandidateBlock block, Tensor mask)
    {
        var marks = mask.to(block.Cosine.dtype);
        return block with { Positive = block.Positive is { } before ? before.maximum(marks) : marks };
    }

    /// <summary>Where an anchor and a candidate agree in a field, [R, 1] == [1, C] -> [R, C] bool.</summary>
    public static Tensor SameField(ItemMeta rows, ItemMeta columns, MetaField field) =>
        rows[field].unsqueeze(1).eq(columns[field].unsqueeze(0));

    /// <summary>Removes the negatives that agree with their anchor in a field, in the blocks that have metadata.</summary>
    public static Direction RemoveSameField(Direction direction, MetaField field) => Map(direction, block =>
    {
        if (block.Columns is null)
        {
            return block;
        }

        using var same = SameField(direction.Rows, block.Columns, field);
        return RemoveNegatives(block, same);
    });
}
