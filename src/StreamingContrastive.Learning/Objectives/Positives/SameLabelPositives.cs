using StreamingContrastive.Learning.Objectives.Policies;

namespace StreamingContrastive.Learning.Objectives.Positives;

/// <summary>Candidates of the anchor's class are positives (Khosla et al. 2020, arXiv 2004.11362). Records without a label have only their own views, and are negatives of all others.</summary>
internal sealed class SameLabelPositives : IPositiveRule
{
    public Needs Needs => Needs.Labels | Needs.ManyPositives;

    public string Description => "candidates of the same label";

    public Direction Mark(Direction direction) => Candidates.Map(direction, block => block.Columns is not { } columns
        ? block
        : Candidates.MarkPositive(block, Candidates.SameField(direction.Rows, columns, MetaField.Label)
            .logical_and(direction.Rows[MetaField.Label].ge(0).unsqueeze(1)))); // [R, C] and [R, 1]
}
