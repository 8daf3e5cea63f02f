using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Positives;

/// <summary>Takes the anchor's own other view out of the contrast, so that only labels or keys make positives. Anchors without any are left out of the step.</summary>
internal sealed class WithoutOwnView : IPositiveRule
{
    public Needs Needs => Needs.ManyPositives;

    public string Description => "not the own other view";

    public Direction Mark(Direction direction) => direction with
    {
        Blocks = [.. direction.Blocks.Select(block => block.Origin == Origin.Positive
            ? block with { LogWeight = full_like(block.Cosine, double.NegativeInfinity, requires_grad: false) }
            : block)],
    };
}
