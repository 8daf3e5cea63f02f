namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Removes what no start can need any more: old checkpoints and orphans, their markers, epoch files, leftovers.</summary>
internal sealed class CheckpointRetention(CheckpointLayout layout, ICheckpointFiles files)
{
    /// <summary>
    /// Keeps the newest <paramref name="keep"/> of the chain, the newest <paramref name="keepAnnounced"/> that were announced, the newest
    /// healthy one, and the one that the epoch branches from. Announced ones count whether they are in the chain or not: a consumer that has
    /// read an announcement loads its checkpoint a while later, and does not know that the lineage has gone another way. Other
    /// orphans go once they are older than the oldest of the newest that are kept.
    /// </summary>
    public void Apply(LineageView view, int keep, int keepAnnounced, EpochRecord current)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(keepAnnounced, 1);
        var newest = view.InChain.Take(keep).ToList();
        var oldestKept = newest.Count == keep ? newest[^1] : default; // While there are fewer nothing lies below it.
        var needed = new[] { view.NewestAnnounced, view.NewestHealthy, current.Parent }.OfType<CheckpointName>().Concat(view.Announced.TakeLast(keepAnnounced)).ToHashSet();
        var removed = view.Names.Where(n => n < oldestKept && !needed.Contains(n)).ToList();
        foreach (var name in removed)
        {
            files.DeleteTree(layout.Trash(name));
            files.Rename(layout.Checkpoint(name), layout.Trash(name));
            files.DeleteTree(layout.Trash(name));
        }

        var left = view.Names.Except(removed).ToList();
        foreach (var name in view.Announced.Where(n => !left.Contains(n) && n != view.NewestAnnounced && n < oldestKept))
        {
            files.DeleteTree(layout.AnnouncedMarker(name));
        }

        foreach (var name in view.Healthy.Where(n => !left.Contains(n) && n < oldestKept))
        {
            files.DeleteTree(layout.HealthyMarker(name));
        }

        RemoveEpochs(view, left, current.Epoch);
    }

    /// <summary>Removes what trainers before this epoch left half-written or half-removed. A newer one's is not touched.</summary>
    public void RemoveLeftovers(long epoch)
    {
        foreach (var entry in files.List(layout.Checkpoints))
        {
            var name = new[] { CheckpointLayout.TemporaryPrefix, CheckpointLayout.TrashPrefix }
                .Where(p => entry.Name.StartsWith(p, StringComparison.Ordinal))
                .Select(p => CheckpointName.TryParse(entry.Name[p.Length..], out var parsed) ? parsed : default(CheckpointName?))
                .FirstOrDefault();
            if (name?.Epoch < epoch)
            {
                files.DeleteTree(Path.Combine(layout.Checkpoints, entry.Name));
            }
        }
    }

    /// <summary>
    /// An epoch file is needed while a checkpoint of it is left, or while the walk from the newest epoch to the oldest checkpoint
    /// that is left goes through it. The rest would pile up, one for each start.
    /// </summary>
    private void RemoveEpochs(LineageView view, IReadOnlyList<CheckpointName> left, long current)
    {
        var oldest = left.Where(view.Chain.Contains).Select(n => n.Epoch).DefaultIfEmpty(current).Min();
        foreach (var epoch in view.EpochNumbers.Where(e => e < current))
        {
            if (left.All(n => n.Epoch != epoch) && !(view.Chain.ContainsEpoch(epoch) && epoch > oldest))
            {
                files.DeleteTree(layout.EpochFile(epoch));
                files.DeleteTree(layout.EpochClaim(epoch));
            }
        }
    }
}
