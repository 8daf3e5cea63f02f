using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>
/// One partition's line in the <see cref="OffsetLedger"/>. Rejections are remembered for each source as the highest assignment
/// number that was told to rewind: numbers count up within a source, so everything at or below it is stale. A set of the last
/// few rejected assignments was turned down: an old one that drops out of such a set would be rejected anew and displace the
/// rewind that its source still needs, which then waits for ever.
/// </summary>
internal sealed class PartitionPosition(PartitionId partition, long next)
{
    private readonly Dictionary<Guid, Rejection> _rejections = [];

    public PartitionId Partition { get; } = partition;

    public long Admitted { get; set; } = next;

    public long Trained { get; set; } = next;

    public bool IsRejected(AssignmentEpoch assignment) =>
        _rejections.TryGetValue(assignment.Source, out var rejection) && assignment.Number <= rejection.Number;

    public void Reject(AssignmentEpoch assignment) => _rejections[assignment.Source] = new(assignment.Number, Outstanding: true);

    /// <summary>The source reads under a newer assignment: its rewind has arrived.</summary>
    public void Heard(AssignmentEpoch assignment)
    {
        if (_rejections.TryGetValue(assignment.Source, out var rejection) && assignment.Number > rejection.Number)
        {
            _rejections[assignment.Source] = rejection with { Outstanding = false };
        }
    }

    /// <summary>The source has given up the reading, or lost the partition.</summary>
    public void Withdraw(AssignmentEpoch assignment)
    {
        if (_rejections.TryGetValue(assignment.Source, out var rejection) && assignment.Number >= rejection.Number)
        {
            _rejections[assignment.Source] = rejection with { Outstanding = false };
        }
    }

    public void Forget(Guid source) => _rejections.Remove(source);

    public IEnumerable<AssignmentEpoch> Outstanding() =>
        _rejections.Where(r => r.Value.Outstanding).Select(r => new AssignmentEpoch(r.Key, r.Value.Number));

    private readonly record struct Rejection(long Number, bool Outstanding);
}
