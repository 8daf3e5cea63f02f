using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Cluster.Security;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>
/// The actor system of a node, by Akka.Hosting: remoting, cluster, the singleton or its proxy, and the actors of the node's roles. The same
/// for every role, so that a node with several is nothing special.
/// </summary>
internal static class ClusterWiring
{
    /// <summary>Name of the singleton, its manager and its proxy.</summary>
    public const string Trainer = "trainer";

    /// <summary>The trainer, wherever it is: what a node's actors speak to.</summary>
    internal sealed class TrainerProxy;

    /// <summary>The ingest of this node.</summary>
    internal sealed class IngestNode;

    /// <summary>A provider with the system in it; started and stopped by its hosted service.</summary>
    /// <param name="roles">What the node does.</param>
    /// <param name="parts">What its actors are made of.</param>
    public static ServiceProvider Build(NodeRoles roles, ClusterParts parts)
    {
        var services = new ServiceCollection();
        services.AddSingleton(parts.Settings.Logging);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton<IHostApplicationLifetime, NodeLifetime>();
        services.AddAkka(parts.Options.Cluster.SystemName, (akka, _) => Configure(akka, roles, parts));
        return services.BuildServiceProvider();
    }

    private static void Configure(AkkaConfigurationBuilder akka, NodeRoles roles, ClusterParts parts)
    {
        var options = parts.Options.Cluster;
        akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.LogLevel = Akka.Event.LogLevel.WarningLevel;
                loggers.AddLogger<RemotingLog>();
            })
            .AddSetup(parts.RemotingLog)
            .AddHocon(ClusterConfiguration.Of(parts.Options, parts.Security), HoconAddMode.Append)
            .WithRemoting(options.Hostname, options.Port, options.PublicHostname)
            .WithClustering(new ClusterOptions { Roles = [.. NodeRoleNames.Of(roles)], SeedNodes = NodeAddress.Seeds(parts.Security.Protocol, options.SystemName, options.SeedNodes) });
        if (parts.Security.Setup is { } tls)
        {
            akka.AddSetup(tls);
        }

        var singleton = new ClusterSingletonOptions
        {
            Role = NodeRoleNames.Trainer,
            // Nothing waits for a trainer that is not there: what is not delivered is asked or read again, and chunks would fill memory.
            BufferSize = 0,
            TerminationMessage = HandOver.Instance,
        };
        var active = new List<IActorRef>();
        if (roles.HasFlag(NodeRoles.Trainer))
        {
            akka.WithSingleton<TrainerProxy>(Trainer, parts.Trainer(() => active.ForEach(a => a.Tell(StandbyActor.Activated.Instance))), singleton);
        }
        else
        {
            akka.WithSingletonProxy<TrainerProxy>(Trainer, singleton);
        }

        akka.WithActors((system, registry) => Start(system, registry, roles, parts, active));
    }

    private static void Start(ActorSystem system, IActorRegistry registry, NodeRoles roles, ClusterParts parts, List<IActorRef> active)
    {
        var trainer = registry.Get<TrainerProxy>();
        var node = NodeAddress.Of(Akka.Cluster.Cluster.Get(system).SelfAddress);
        system.ActorOf(parts.Membership(), "membership");
        active.Add(system.ActorOf(parts.Watch(trainer), "watch"));
        if (roles.HasFlag(NodeRoles.Trainer))
        {
            active.Add(system.ActorOf(parts.Standby(trainer, node), "standby"));
        }

        if (roles.HasFlag(NodeRoles.Ingest))
        {
            registry.Register<IngestNode>(system.ActorOf(parts.IngestNode(parts.Settings.Road?.Invoke(system, trainer) ?? trainer, node), "ingest"));
        }
    }

    /// <summary>The process belongs to the command that the node is part of: it hears of the end from <see cref="ClusterRun.Completion"/>.</summary>
    private sealed class NodeLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
