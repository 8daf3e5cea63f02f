using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>The offset table that a reset asks for. Pure.</summary>
internal static class ResetOffsets
{
    /// <summary>The whole new table.</summary>
    /// <param name="checkpoint">The checkpoint that is left.</param>
    /// <param name="origin">The input as it is now.</param>
    /// <param name="target">Where to.</param>
    /// <param name="only">One partition, or null for all.</param>
    /// <param name="atTime">For a time: the offset of each partition.</param>
    /// <exception cref="ResetException">The topic does not hold what is asked for.</exception>
    public static Dictionary<PartitionId, long> Compute(
        CheckpointManifest checkpoint, OffsetOrigin origin, ResetTarget target, int? only, IReadOnlyDictionary<PartitionId, long> atTime)
    {
        var chosen = origin.Ranges.Keys.Where(p => only is null || p.Partition == only).ToList();
        if (chosen.Count == 0)
        {
            throw new ResetException($"The input has no partition {only}: it has {origin.Ranges.Count}, from 0. Correct --partition.");
        }

        if (only is not null && OriginCheck.OtherOrigin(checkpoint, origin) is { } other)
        {
            throw new ResetException($"One partition alone cannot be reset, because the others do not belong to this input either: {other}. Leave out --partition.");
        }

        // What is gone from the input leaves the table with a reset of everything.
        var table = only is null ? [] : new Dictionary<PartitionId, long>(checkpoint.OffsetTable());
        foreach (var partition in chosen)
        {
            var range = origin.Ranges[partition];
            table[partition] = target switch
            {
                ResetTarget.Earliest => range.Low,
                ResetTarget.Latest => range.High,
                ResetTarget.Offset { Value: var offset } when offset >= range.Low && offset <= range.High => offset,
                ResetTarget.Offset { Value: var offset } => throw new ResetException(
                    $"{partition} holds [{range.Low}, {range.High}), so it cannot go to offset {offset}. Give an offset of that range, earliest, latest, or --partition for one that holds it."),
                ResetTarget.Time => atTime[partition],
                _ => throw new ArgumentOutOfRangeException(nameof(target), target, "A target without offsets."),
            };
        }

        return table;
    }
}
