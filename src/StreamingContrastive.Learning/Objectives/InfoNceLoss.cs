using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>
/// InfoNCE over one positive and weighted negatives (He et al. 2020, arXiv 1911.05722, Eq. 1).
///   L_i = -log( exp(s_i/T) / ( exp(s_i/T) + sum_j w_ij exp(s_ij/T) ) ) = -logsigmoid( s_i/T - LSE_j(s_ij/T + ln w_ij) )
/// cosines [R, 1] and [R, C] with gradient to the anchors only; ln w [R, C] without gradient, -inf removes a candidate.
/// Returns [R]. Departs from the paper: log-sum-exp over the negatives, then a logistic against the positive, which needs no copy of
/// [positive | negatives] and stays finite for |s| = 1 at T = 0.01 in float32; a row without candidates is 0 and invalid.
/// </summary>
internal sealed class InfoNceLoss : ILoss
{
    private readonly double temperature;

    /// <param name="temperature">T, above 0.</param>
    public InfoNceLoss(double temperature)
    {
        if (!(temperature > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "objective.temperature must be above 0; 0.1 is a good start.");
        }

        this.temperature = temperature;
    }

    public Needs Needs => Needs.SinglePositive;

    public LossRows Forward(Direction direction)
    {
        if (direction.PositiveBlock is not { Count: 1, LogWeight: null } positive)
        {
            throw new InvalidOperationException($"InfoNCE contrasts one unweighted positive an anchor, but direction {direction.Name} has {direction.PositiveBlock.Count}. Use a loss for several positives.");
        }

        using var scope = NewDisposeScope();
        var s = positive.Cosine.squeeze(1); // [R, 1] -> [R]
        var blocks = direction.NegativeBlocks.Select(Reduce).ToArray();
        if (blocks.Length == 0)
        {
            // The graph stays connected, so that backward gives zero gradients instead of an error.
            var none = zeros_like(s, ScalarType.Bool, requires_grad: false);
            return new LossRows((s - s).MoveToOuterDisposeScope(), none.MoveToOuterDisposeScope());
        }

        var (lse, valid) = blocks.Length == 1 ? blocks[0] : Combine(blocks);
        var perRow = F.logsigmoid((s / temperature) - lse).neg();
        if (valid is not null)
        {
            perRow = perRow.masked_fill(valid.logical_not(), 0);
        }

        return new LossRows(perRow.MoveToOuterDisposeScope(), valid?.MoveToOuterDisposeScope());
    }

    /// <summary>Log-sum-exp of one block, [R], finite everywhere; rows without candidates are marked invalid, [R] or null for none.</summary>
    private (Tensor Lse, Tensor? Valid) Reduce(CandidateBlock block)
    {
        var logits = block.Cosine * (1 / temperature);
        if (block.LogWeight is not { } logWeight)
        {
            return (logits.logsumexp(1), null);
        }

        // A row of nothing but -inf has no gradient (NaN): its weights are neutralised here and its loss dropped by the mask.
        var valid = logWeight.amax(1).isneginf().logical_not(); // [R, C] -> [R]
        var safe = logWeight.masked_fill(valid.logical_not().unsqueeze(1), 0);
        return (logits.add_(safe).logsumexp(1), valid);
    }

    private static (Tensor Lse, Tensor? Valid) Combine((Tensor Lse, Tensor? Valid)[] blocks)
    {
        var lse = stack(blocks.Select(b => b.Lse), 1); // [R, blocks]
        if (blocks.All(b => b.Valid is null))
        {
            return (lse.logsumexp(1), null);
        }

        var has = stack(blocks.Select(b => b.Valid ?? ones_like(b.Lse, ScalarType.Bool, requires_grad: false)), 1);
        var valid = has.any(1);
        return (lse.masked_fill(has.logical_not().logical_and(valid.unsqueeze(1)), double.NegativeInfinity).logsumexp(1), valid);
    }
}
