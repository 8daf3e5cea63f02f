using Akka.Actor;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Cluster.Security;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Ingest;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>What the actors of a node are made of; the trainer is the proxy of the singleton, wherever it is.</summary>
/// <param name="Options">The pipeline.</param>
/// <param name="Settings">The run.</param>
/// <param name="Identity">What trainers must agree in; its directory is empty on a node that does not train.</param>
/// <param name="Ingest">The parts of the ingest, by the node's address; null on a node that reads nothing.</param>
/// <param name="Fail">Ends the node with a reason.</param>
/// <param name="Finished">A bounded run has reached its end.</param>
internal sealed record ClusterParts(
    PipelineOptions Options, PipelineRunSettings Settings, TrainerIdentity Identity, Func<string, IngestParts>? Ingest, Action<Exception> Fail, Action Finished)
{
    /// <summary>The node leaves the cluster, which hands the trainer over.</summary>
    public required Action StepDown { get; init; }

    /// <summary>How other nodes may reach this one.</summary>
    public required RemotingSecurity Security { get; init; }

    /// <summary>The actor system's log.</summary>
    public required RemotingLogSetup RemotingLog { get; init; }

    private ILogger Log { get; } = Settings.Logging.CreateLogger("Cluster");

    private TakeoverLaps Laps { get; } = new(Settings.Clock, Settings.Logging.CreateLogger("Cluster"));

    /// <summary>Called when this node is given up by the cluster.</summary>
    public required Action GivenUp { get; init; }

    /// <summary>Who comes and goes.</summary>
    public Props Membership() => MembershipActor.Props(Laps, Log, GivenUp);

    /// <summary>The trainer's progress on this node.</summary>
    public Props Watch(IActorRef trainer) => WatchActor.Props(trainer, Settings.Progress, Settings.Clock);

    /// <summary>The ingest of this node.</summary>
    public Props IngestNode(IActorRef trainer, string node) => IngestNodeActor.Props(trainer, Ingest!(node) with { Node = node, Configuration = Identity.Configuration });

    /// <summary>The warm standby.</summary>
    public Props Standby(IActorRef trainer, string node)
    {
        Laps.StandsBy();
        return StandbyActor.Props(trainer, new StandbyParts(
            node,
            Identity.Configuration,
            Identity.Directory,
            known => StandbyRehearsal.Run(Options, Settings.CheckpointFiles, known),
            Options.Cluster.StandbyEvery,
            Fail,
            Log,
            Settings.Clock));
    }

    /// <summary>The singleton.</summary>
    /// <param name="active">Told when it starts on this node.</param>
    public Props Trainer(Action active) => TrainerIncarnation.Props(new IncarnationParts(
        cancellation => PipelineResources.OpenAsync(Options, Settings, cancellation), Identity, Settings.Progress, Laps, active, Finished, Fail, Log, Settings.Clock)
    { StepDown = StepDown });
}
