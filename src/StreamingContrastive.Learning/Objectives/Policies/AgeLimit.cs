using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>
/// Removes keys that are too old (learning.md G1): encoded more than a number of optimizer steps ago, because the encoder has moved
/// since, or of an event time that lies too far before the newest of the batch, because the world has. Removes old positives too.
/// </summary>
/// <param name="steps">Greatest age in optimizer steps; 0 for no limit.</param>
/// <param name="eventTimeMs">Greatest age in milliseconds of event time; 0 for no limit. Keys without an event time have no age.</param>
internal sealed class AgeLimit(int steps, long eventTimeMs) : IPolicy
{
    public Stage Stage => Stage.Mask;

    public Needs Needs => Needs.Queue;

    public string Description => string.Join(" or ", ((string?[])[
        steps > 0 ? $"keys older than {steps} steps" : null,
        eventTimeMs > 0 ? $"keys whose event is more than {TimeSpan.FromMilliseconds(eventTimeMs)} before the batch's newest" : null]).Where(t => t is not null));

    public Direction Apply(Direction direction, StepContext context) => Candidates.Map(direction, block =>
    {
        if (block.Origin != Origin.Queue || block.Columns is not { } columns)
        {
            return block;
        }

        Tensor? old = steps > 0 ? columns[MetaField.Step].lt(context.Step - steps) : null; // [C]
        if (eventTimeMs > 0)
        {
            var times = columns[MetaField.EventTime];
            var late = times.lt(direction.Rows[MetaField.EventTime].amax() - eventTimeMs).logical_and(times.ge(0));
            old = old is null ? late : old.logical_or(late);
        }

        return old is null ? block : Candidates.Remove(block, old.unsqueeze(0)); // [1, C] against [R, C]
    });
}
