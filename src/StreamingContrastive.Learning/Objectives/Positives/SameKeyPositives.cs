using StreamingContrastive.Learning.Objectives.Policies;

namespace StreamingContrastive.Learning.Objectives.Positives;

/// <summary>
/// Candidates of the same record key are positives when their event times lie within a window: re-observations of an entity, or
/// records of a session. Outside the window the mask of own keys decides. A record without an event time matches none.
/// </summary>
/// <param name="windowMs">Greatest distance of event times in milliseconds, either way; 0 for no limit, which needs no event times.</param>
internal sealed class SameKeyPositives(long windowMs) : IPositiveRule
{
    public Needs Needs => Needs.ManyPositives;

    public string Description => windowMs == 0 ? "candidates of the same key" : $"candidates of the same key within {TimeSpan.FromMilliseconds(windowMs)} of event time";

    public Direction Mark(Direction direction) => Candidates.Map(direction, block =>
    {
        if (block.Columns is not { } columns)
        {
            return block;
        }

        var same = Candidates.SameField(direction.Rows, columns, MetaField.RecordId); // [R, C]
        if (windowMs > 0)
        {
            var (rows, times) = (direction.Rows[MetaField.EventTime].unsqueeze(1), columns[MetaField.EventTime].unsqueeze(0));
            same = same.logical_and((rows - times).abs().le(windowMs)).logical_and(rows.ge(0)).logical_and(times.ge(0));
        }

        return Candidates.MarkPositive(block, same);
    });
}
