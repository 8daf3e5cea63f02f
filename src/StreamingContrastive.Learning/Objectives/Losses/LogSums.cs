using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Losses;

/// <summary>
/// Log-sum-exp over the candidates of a direction, block by block, so that no loss copies [positive | negatives] together. Results
/// are finite everywhere: a row without candidates gets any finite number and is marked invalid. R anchors, C candidates of a block.
/// </summary>
internal static class LogSums
{
    /// <summary>ln sum_j w_ij exp(scale * s_ij) over the negatives, [R], with the rows that have any, [R] bool or null for all. Null without blocks.</summary>
    public static (Tensor Lse, Tensor? Valid)? OverNegatives(Direction direction, double scale)
    {
        var blocks = direction.NegativeBlocks.Select(block => Reduce(block.Cosine, NegativeWeight(block), scale)).ToArray();
        return blocks.Length == 0 ? null : Combine(blocks);
    }

    /// <summary>ln of the effective number of negatives, ln sum_j w_ij, [R], without gradient. The direction has a block of negatives.</summary>
    public static Tensor LogCountOfNegatives(Direction direction)
    {
        var blocks = direction.NegativeBlocks.Select(block => NegativeWeight(block) is { } weight
            ? Reduce(weight)
            : (Lse: full_like(block.Cosine.select(1, 0), block.Count, requires_grad: false).log(), Valid: null)).ToArray();
        return Combine(blocks).Lse;
    }

    /// <summary>ln w of a block's negatives, [R, C]: candidates that are marked as positives are -inf. Null: all neutral.</summary>
    public static Tensor? NegativeWeight(CandidateBlock block)
    {
        if (block.Positive is not { } positive)
        {
            return block.LogWeight;
        }

        var weight = block.LogWeight ?? zeros_like(block.Cosine, requires_grad: false);
        return weight.masked_fill(positive.gt(0), double.NegativeInfinity);
    }

    /// <summary>Log-sum-exp of one block, [R]; rows without candidates are marked invalid, [R] or null for none.</summary>
    public static (Tensor Lse, Tensor? Valid) Reduce(Tensor cosine, Tensor? logWeight, double scale)
    {
        var logits = cosine * scale;
        if (logWeight is null)
        {
            return (logits.logsumexp(1), null);
        }

        // A row of nothing but -inf has no gradient (NaN): its weights are neutralised here and its loss dropped by the mask.
        var (safe, valid) = Neutralize(logWeight);
        return (logits.add_(safe).logsumexp(1), valid);
    }

    /// <summary>The blocks of a row together, [R].</summary>
    public static (Tensor Lse, Tensor? Valid) Combine((Tensor Lse, Tensor? Valid)[] blocks)
    {
        if (blocks.Length == 1)
        {
            return blocks[0];
        }

        var lse = stack(blocks.Select(b => b.Lse), 1); // [R, blocks]
        if (blocks.All(b => b.Valid is null))
        {
            return (lse.logsumexp(1), null);
        }

        var has = stack(blocks.Select(b => b.Valid ?? ones_like(b.Lse, ScalarType.Bool, requires_grad: false)), 1);
        var valid = has.any(1);
        return (lse.masked_fill(has.logical_not().logical_and(valid.unsqueeze(1)), double.NegativeInfinity).logsumexp(1), valid);
    }

    private static (Tensor Lse, Tensor? Valid) Reduce(Tensor logWeight)
    {
        var (safe, valid) = Neutralize(logWeight);
        return (safe.logsumexp(1), valid);
    }

    private static (Tensor Safe, Tensor Valid) Neutralize(Tensor logWeight)
    {
        var valid = logWeight.amax(1).isneginf().logical_not(); // [R, C] -> [R]
        return (logWeight.masked_fill(valid.logical_not().unsqueeze(1), 0), valid);
    }
}
