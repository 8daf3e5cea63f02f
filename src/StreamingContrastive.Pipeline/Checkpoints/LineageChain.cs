namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Where an epoch branches from.</summary>
/// <param name="Parent">The checkpoint; null for a fresh start.</param>
internal readonly record struct EpochBranch(CheckpointName? Parent);

/// <summary>
/// The surviving lineage: the newest epoch with all its checkpoints, the epoch that it branches from up to the branch, and so
/// on. A checkpoint outside was written by a trainer that had been replaced: an orphan.
/// </summary>
internal sealed class LineageChain
{
    private readonly Dictionary<long, CheckpointName?> _upTo = [];

    private LineageChain()
    {
    }

    /// <summary>Whether some epoch of the chain says that it branches from a checkpoint: then there was one, whatever is left of it.</summary>
    public bool NamesCheckpoint => _upTo.Values.Any(limit => limit is not null);

    /// <summary>Whether the checkpoint is part of it.</summary>
    public bool Contains(CheckpointName name) => _upTo.TryGetValue(name.Epoch, out var limit) && (limit is null || name <= limit);

    /// <summary>Whether the epoch is part of it.</summary>
    public bool ContainsEpoch(long epoch) => _upTo.ContainsKey(epoch);

    /// <summary>Walks the chain.</summary>
    /// <param name="epochs">Epochs that have a readable file or a checkpoint. A file alone that cannot be read was never finished, and nothing was written under it.</param>
    /// <param name="branchOf">Where an epoch branches from, or null when nothing readable says so.</param>
    public static LineageChain Build(IReadOnlyCollection<long> epochs, Func<long, EpochBranch?> branchOf)
    {
        var chain = new LineageChain();
        var descending = epochs.OrderDescending().ToList();
        var next = descending.Count == 0 ? default(long?) : descending[0];
        var limit = default(CheckpointName?);
        while (next is { } epoch)
        {
            chain._upTo[epoch] = limit;
            if (!epochs.Contains(epoch))
            {
                break; // Nothing of it is left: retention has removed it and all before it.
            }

            if (branchOf(epoch) is { } branch)
            {
                limit = branch.Parent;
                next = limit?.Epoch < epoch ? limit?.Epoch : null;
            }
            else
            {
                // Its file and every manifest are gone: the epoch before it is the best witness that is left.
                limit = null;
                next = descending.Where(e => e < epoch).Select(e => (long?)e).FirstOrDefault();
            }
        }

        return chain;
    }
}
