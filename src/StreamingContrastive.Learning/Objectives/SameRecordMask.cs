using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>
/// Removes an anchor's own earlier keys from its negatives: candidates of the same record id (learning.md G1b; without it, a small or
/// repeating stream pushes a record away from itself, facebookresearch/moco issue 146).
/// </summary>
internal sealed class SameRecordMask : IPolicy
{
    public Stage Stage => Stage.Mask;

    public Needs Needs => Needs.Softmax;

    public Direction Apply(Direction direction, StepContext context) =>
        direction with { Blocks = [.. direction.Blocks.Select(block => Mask(block, direction.Rows))] };

    private static CandidateBlock Mask(CandidateBlock block, ItemMeta rows)
    {
        if (block.Origin is not (Origin.Queue or Origin.Batch) || block.Columns is null || block.Count == 0)
        {
            return block;
        }

        // [R, 1] == [1, C] -> [R, C]
        using var same = rows[MetaField.RecordId].unsqueeze(1).eq(block.Columns[MetaField.RecordId].unsqueeze(0));
        var weight = (block.LogWeight ?? zeros_like(block.Cosine, requires_grad: false)).masked_fill(same, double.NegativeInfinity);
        return block with { LogWeight = weight };
    }
}
