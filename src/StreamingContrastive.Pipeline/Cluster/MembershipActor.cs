using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Logging;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>
/// Says in the log who comes, goes and is not heard of, tells a takeover's laps of trainers, and the node of its own removal: the shutdown
/// that follows has phases that wait for nodes which cannot be reached, and may take minutes.
/// </summary>
internal sealed class MembershipActor : UntypedActor
{
    private readonly TakeoverLaps _laps;
    private readonly ILogger _log;
    private readonly Action _givenUp;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);

    public MembershipActor(TakeoverLaps laps, ILogger log, Action givenUp) => (_laps, _log, _givenUp) = (laps, log, givenUp);

    public static Props Props(TakeoverLaps laps, ILogger log, Action givenUp) => Akka.Actor.Props.Create(() => new MembershipActor(laps, log, givenUp));

    protected override void PreStart() => _cluster.Subscribe(
        Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.MemberUp up:
                _log.LogInformation("Cluster: {Node} ({Roles}) is a member", Name(up.Member), Roles(up.Member));
                break;
            case ClusterEvent.UnreachableMember unreachable:
                _log.LogWarning("Cluster: {Node} ({Roles}) is unreachable", Name(unreachable.Member), Roles(unreachable.Member));
                if (IsOtherTrainer(unreachable.Member))
                {
                    _laps.Unreachable(Name(unreachable.Member));
                }

                break;
            case ClusterEvent.ReachableMember reachable:
                _log.LogWarning("Cluster: {Node} ({Roles}) is reachable again", Name(reachable.Member), Roles(reachable.Member));
                if (IsOtherTrainer(reachable.Member))
                {
                    _laps.Reachable();
                }

                break;
            case ClusterEvent.MemberDowned downed:
                _log.LogWarning("Cluster: {Node} ({Roles}) is given up", Name(downed.Member), Roles(downed.Member));
                if (downed.Member.UniqueAddress == _cluster.SelfUniqueAddress)
                {
                    _givenUp();
                }

                break;
            case ClusterEvent.MemberRemoved removed:
                _log.LogInformation("Cluster: {Node} ({Roles}) is gone", Name(removed.Member), Roles(removed.Member));
                if (IsOtherTrainer(removed.Member))
                {
                    _laps.Removed(Name(removed.Member));
                }

                break;
            default:
                break; // Joining, leaving, exiting: on the way to one of these.
        }
    }

    private bool IsOtherTrainer(Member member) => member.HasRole(NodeRoleNames.Trainer) && member.UniqueAddress != _cluster.SelfUniqueAddress;

    private static string Name(Member member) => NodeAddress.Of(member.Address);

    private static string Roles(Member member) => string.Join(", ", member.Roles.Where(NodeRoleNames.All.Contains));
}
