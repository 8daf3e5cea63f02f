namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>
/// Removes candidates whose input was byte for byte the anchor's (same hash of the value) whatever their record id: the same picture
/// sent under many keys is no negative of itself (learning.md G1b).
/// </summary>
internal sealed class SameInputMask : IPolicy
{
    public Stage Stage => Stage.Mask;

    public Needs Needs => Needs.None;

    public string Description => "inputs of the same bytes";

    public Direction Apply(Direction direction, StepContext context) => Candidates.RemoveSameField(direction, MetaField.InputHash);
}
