namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>One look at the directory.</summary>
/// <param name="EpochNumbers">Numbers of all epoch files and claims, readable or not, ascending.</param>
/// <param name="Epochs">The readable ones, ascending.</param>
/// <param name="Names">All checkpoints, ascending.</param>
/// <param name="Announced">Checkpoints whose outputs are known to be published, there or not, ascending.</param>
/// <param name="Healthy">Checkpoints whose encoder was seen to be healthy, there or not, ascending.</param>
/// <param name="Chain">The surviving lineage.</param>
/// <param name="Findings">Unreadable epoch files and orphans.</param>
internal sealed record LineageView(
    IReadOnlyList<long> EpochNumbers,
    IReadOnlyList<EpochRecord> Epochs,
    IReadOnlyList<CheckpointName> Names,
    IReadOnlyList<CheckpointName> Announced,
    IReadOnlyList<CheckpointName> Healthy,
    LineageChain Chain,
    IReadOnlyList<CheckpointFinding> Findings)
{
    /// <summary>Highest epoch that anything bears; 0 for an empty directory.</summary>
    public long NewestEpoch => EpochNumbers.Concat(Names.Select(n => n.Epoch)).Concat(Announced.Select(n => n.Epoch)).DefaultIfEmpty(0).Max();

    /// <summary>Checkpoints of the chain, newest first.</summary>
    public IEnumerable<CheckpointName> InChain => Names.Where(Chain.Contains).Reverse();

    /// <summary>The newest checkpoint of the chain that is there and was seen to be healthy.</summary>
    public CheckpointName? NewestHealthy => Names.Where(n => Chain.Contains(n) && Healthy.Contains(n)).Select(n => (CheckpointName?)n).LastOrDefault();

    /// <summary>The newest announced checkpoint of the chain.</summary>
    public CheckpointName? NewestAnnounced => Announced.Where(Chain.Contains).Select(n => (CheckpointName?)n).LastOrDefault();

    /// <summary>Whether another look saw the same files. What is in a file never changes, except by damage.</summary>
    public bool ShowsSameAs(LineageView other) =>
        EpochNumbers.SequenceEqual(other.EpochNumbers)
        && Epochs.Select(e => e.Epoch).SequenceEqual(other.Epochs.Select(e => e.Epoch))
        && Names.SequenceEqual(other.Names)
        && Announced.SequenceEqual(other.Announced);
}
