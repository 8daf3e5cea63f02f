namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>
/// Removes an anchor's own earlier keys from its negatives: candidates of the same record id (learning.md G1b; without it, a small or
/// repeating stream pushes a record away from itself, facebookresearch/moco issue 146).
/// </summary>
internal sealed class SameRecordMask : IPolicy
{
    public Stage Stage => Stage.Mask;

    public Needs Needs => Needs.None;

    public string Description => "keys of the same record";

    public Direction Apply(Direction direction, StepContext context) => Candidates.RemoveSameField(direction, MetaField.RecordId);
}
