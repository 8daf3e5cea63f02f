using System.ComponentModel.DataAnnotations;
using StreamingContrastive.Pipeline.Cluster.Security;

namespace StreamingContrastive.Pipeline.Configuration;

/// <summary>Which of topology/cluster's files a node takes.</summary>
public enum ClusterProfile
{
    /// <summary>local.conf: one machine or one rack.</summary>
    Local,

    /// <summary>kubernetes.conf: pods.</summary>
    Kubernetes,
}

/// <summary>
/// Several nodes: who does what and how they find each other. Without a role everything else here is without effect: one process does
/// everything. All nodes of a cluster have one pipeline file; what differs is given by <c>--role</c> and <c>--set cluster:...</c>.
/// </summary>
public sealed record ClusterOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "cluster";

    /// <summary>What this node does: ingest, trainer, web, or several of them, comma-separated. Default none: one process, no cluster.</summary>
    public string Roles { get; init; } = "";

    /// <summary>Address that is listened on. Default 127.0.0.1: nobody else reaches it.</summary>
    [Required]
    public string Hostname { get; init; } = "127.0.0.1";

    /// <summary>Port that is listened on; 0 takes a free one, which a seed node cannot. Default 4053.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 4053;

    /// <summary>Name or address under which the other nodes reach this one. Default: <see cref="Hostname"/>.</summary>
    public string? PublicHostname { get; init; }

    /// <summary>host:port of nodes to join at, comma-separated, the same on all nodes. The first one begins the cluster. Default 127.0.0.1:4053.</summary>
    [Required]
    public string SeedNodes { get; init; } = "127.0.0.1:4053";

    /// <summary>Mutual TLS between the nodes. Default none, which only 127.0.0.1 goes without.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Lets other machines reach this node without TLS: for a network that nobody else reaches. Default false.</summary>
    public bool InsecureNetwork { get; init; }

    /// <summary>Name that all nodes of a cluster share. Default streaming-contrastive.</summary>
    [Required]
    [RegularExpression("[a-zA-Z0-9][a-zA-Z0-9-]*")]
    public string SystemName { get; init; } = "streaming-contrastive";

    /// <summary>Timeouts of one machine or of pods. Default Local.</summary>
    public ClusterProfile Profile { get; init; } = ClusterProfile.Local;

    /// <summary>File with Akka.NET settings (HOCON) that lies over the profile. Default none.</summary>
    public string? Settings { get; init; }

    /// <summary>How long a node tries to join before it ends with exit code 1. Default 60 s.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a standby trainer looks for a newer checkpoint, to have loaded it before it is needed. Default 10 s.</summary>
    public TimeSpan StandbyEvery { get; init; } = TimeSpan.FromSeconds(10);
}
