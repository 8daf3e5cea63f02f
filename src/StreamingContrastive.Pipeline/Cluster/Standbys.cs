using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>The other trainer nodes, as the one that trains sees them: who may stand by, and whether anybody does.</summary>
/// <param name="identity">What a standby must agree with.</param>
/// <param name="cluster">The cluster.</param>
internal sealed class Standbys(TrainerIdentity identity, Akka.Cluster.Cluster cluster)
{
    /// <summary>Why a node cannot stand by; null when it can.</summary>
    public StandbyRefused? Refusal(StandbyReady standby)
    {
        if (!ConfigurationFingerprint.Agree(standby.Configuration, identity.Configuration))
        {
            return new StandbyRefused(ConfigurationFingerprint.Refusal(standby.Node, standby.Configuration, identity.Configuration));
        }

        return standby.Directory == identity.Directory ? null : new StandbyRefused(
            $"The trainer node {standby.Node} has another checkpoint directory (identity {standby.Directory}) than the trainer (identity {identity.Directory}): it would begin from nothing when it takes over. Give all trainer nodes one shared checkpoint:directory.");
    }

    /// <summary>Whether this node can step down; refused without a standby: then nobody would train.</summary>
    public OperationResult StepDown()
    {
        var node = NodeAddress.Of(cluster.SelfAddress);
        var standby = cluster.State.Members.Except(cluster.State.Unreachable)
            .FirstOrDefault(m => m.Status == Akka.Cluster.MemberStatus.Up && m.HasRole(NodeRoleNames.Trainer) && m.UniqueAddress != cluster.SelfUniqueAddress);
        return standby is null
            ? new OperationResult(IsDone: false, $"No standby is a member of the cluster, so nobody would train when {node} steps down. Start another node with --role trainer; to stop training, stop the node.")
            : new OperationResult(IsDone: true, $"{node} drains, writes a checkpoint, publishes it and leaves; {NodeAddress.Of(standby.Address)} takes over, or another standby.");
    }
}
