using System.Globalization;
using Akka.Actor;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>Addresses of nodes as people write them.</summary>
internal static class NodeAddress
{
    /// <summary>host:port.</summary>
    public static string Of(Address address) => string.Create(CultureInfo.InvariantCulture, $"{address.Host}:{address.Port}");

    /// <summary>The seeds of a cluster as Akka writes them.</summary>
    /// <param name="protocol">akka.tcp or akka.ssl.tcp.</param>
    /// <param name="systemName">Name of the cluster.</param>
    /// <param name="list">host:port, comma-separated.</param>
    public static string[] Seeds(string protocol, string systemName, string list) =>
        [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(seed => $"{protocol}://{systemName}@{seed}")];
}
