namespace StreamingContrastive.Contracts.Client;

/// <summary>
/// Drops what a dead branch published: outputs of a trainer start after the step at which its successor branched off. For immediate
/// delivery, and for zombies under any. Never drops valid backlog. Memory: two numbers for each trainer start,
/// bounded by the constructor. Not for use by several threads.
/// </summary>
/// <remarks>
/// <para>
/// Every trainer start has a lineage epoch, and branches off from a checkpoint (epoch, step) that its announcements name. The newest
/// known epoch and the chain of its branch points are the surviving lineage: an output of an epoch in the chain is valid up to the
/// step at which the chain leaves that epoch; an epoch that the chain passes by is dead altogether.
/// </para>
/// <para>
/// An output is judged by what was observed so far. Before the first announcement of a new start was observed, its predecessor's last
/// outputs cannot be told from valid ones and pass; so does everything of epochs that are newer than any observed, or older than
/// what the observed announcements reach. Learning more only ever moves limits down, so nothing that was dropped would be valid later.
/// </para>
/// <para>
/// A tombstone that no step followed carries the step of the checkpoint before it and passes: the deletion is repeated, not wrong.
/// A pipeline that begins anew under its name (its state directory is gone) announces another first checkpoint, and the filter forgets
/// what it knew: observe announcements before outputs that were published after them.
/// </para>
/// </remarks>
public sealed class DeadBranchFilter
{
    /// <summary>Default of the most epochs that are held apart.</summary>
    public const int DefaultMaxEpochs = 4096;

    private readonly int _maxEpochs;

    // Branch points of the observed epochs, and how far each epoch of the newest one's chain is valid.
    private readonly SortedDictionary<long, BranchPoint?> _branches = [];
    private readonly Dictionary<long, long> _limits = [];
    private string? _root;
    private long _newest;

    // Epochs below it are unknown: their records pass.
    private long _horizon;

    /// <summary>Makes a filter that knows nothing and passes everything.</summary>
    /// <param name="maxEpochs">Epochs that are held apart, at least 1; when there are more, the records of the oldest pass again.</param>
    public DeadBranchFilter(int maxEpochs = DefaultMaxEpochs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEpochs, 1);
        _maxEpochs = maxEpochs;
    }

    /// <summary>Messages that were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>Learns from an announcement of NAME.models; in the order of that topic, repeats are harmless.</summary>
    public void Observe(ModelAnnouncement announcement)
    {
        ArgumentNullException.ThrowIfNull(announcement);
        if (announcement is { Parent: null, BranchedFrom: null })
        {
            BeginLineage(announcement.ManifestSha256);
        }

        if (_branches.TryAdd(announcement.LineageEpoch, announcement.BranchedFrom))
        {
            _newest = Math.Max(_newest, announcement.LineageEpoch);
            WalkChain();
        }
    }

    /// <summary>False for an output of a dead branch, as far as the observed announcements tell.</summary>
    public bool Accept(EmbeddingMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (IsDead(message))
        {
            Dropped++;
            return false;
        }

        return true;
    }

    private bool IsDead(EmbeddingMessage message)
    {
        long epoch = message.LineageEpoch;
        if (message.Source is null || epoch < _horizon || epoch > _newest)
        {
            return false;
        }

        return !_limits.TryGetValue(epoch, out long limit) || message.Step > limit;
    }

    private void BeginLineage(string manifest)
    {
        if (_root != manifest)
        {
            _branches.Clear();
            (_root, _newest) = (manifest, 0);
        }
    }

    private void WalkChain()
    {
        if (_branches.Count > _maxEpochs)
        {
            _branches.Remove(_branches.Keys.First());
        }

        _limits.Clear();
        long epoch = _newest;
        _limits[epoch] = long.MaxValue;
        while (_branches.TryGetValue(epoch, out BranchPoint? branch) && branch is not null && branch.LineageEpoch < epoch)
        {
            epoch = branch.LineageEpoch;
            _limits[epoch] = branch.Step;
        }

        _horizon = epoch;
    }
}
