using System.Globalization;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Configuration;

/// <summary>Rules of the section cluster.</summary>
internal static class ClusterRules
{
    /// <summary>The rules.</summary>
    public static IReadOnlyList<CrossFieldRule> All { get; } =
    [
        new(["cluster:roles"], o => NodeRoleNames.TryParse(o.Cluster.Roles, out _, out var unknown)
            ? null
            : $"cluster:roles (--role) names \"{unknown}\", which is no role. Allowed: {string.Join(", ", NodeRoleNames.All)}, several separated by commas; none for one process that does everything."),
        new(["cluster:seedNodes"], o => Seeds(o.Cluster.SeedNodes)),
        new(["cluster:publicHostname", "cluster:hostname"], o => o.Cluster is { PublicHostname: null, Hostname: "0.0.0.0" or "::" or "[::]" }
            ? $"cluster:hostname = {o.Cluster.Hostname} listens everywhere, and is no address that others could be told: set cluster:publicHostname to this node's own name or address."
            : null),
        new(["cluster:joinTimeout"], o => Positive("cluster:joinTimeout", o.Cluster.JoinTimeout)),
        new(["cluster:standbyEvery"], o => Positive("cluster:standbyEvery", o.Cluster.StandbyEvery)),
        new(["cluster:roles", "input:payload:height", "input:payload:width", "input:payload:channels"], RowsFit),
        new(["cluster:tls:certificate", "cluster:tls:authority"], o => o.Cluster is { Roles.Length: > 0, InsecureNetwork: true, Tls: not null }
            ? "cluster:insecureNetwork (--insecure-network) and cluster:tls contradict each other: with certificates the network is not insecure. Leave one of them out."
            : null),
        new(["cluster:settings"], o => o.Cluster.Settings is { } file && !File.Exists(file)
            ? $"cluster:settings = \"{file}\": there is no such file. Name one with Akka.NET settings (HOCON), or leave it out."
            : null),
    ];

    private static string? RowsFit(PipelineOptions o)
    {
        if (o.Cluster.Roles.Length == 0)
        {
            return null;
        }

        var layout = o.Input.Layout;
        var bytes = (long)layout.QueryBytes + layout.KeyBytes + layout.CleanBytes;
        return bytes > ClusterLimits.MaxRecordBytes
            ? FormattableString.Invariant($"The views of one record are {bytes} bytes, and a node of a cluster (cluster:roles) sends at most {ClusterLimits.MaxRecordBytes}: heartbeats would wait behind them. Make the views smaller, or run without roles: one process does everything.")
            : null;
    }

    private static string? Seeds(string list)
    {
        foreach (var seed in list.Split(','))
        {
            var address = seed.Trim();
            var colon = address.LastIndexOf(':');
            if (colon < 1 || !int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            {
                return $"cluster:seedNodes = \"{list}\": \"{address}\" is no node. Write host:port of the nodes to join at, several separated by commas, for instance 127.0.0.1:4053; the first one begins the cluster.";
            }
        }

        return null;
    }

    private static string? Positive(string key, TimeSpan value) =>
        value <= TimeSpan.Zero ? $"{key} = {DurationText.Format(value)} must be longer than zero: write {DurationText.Allowed}." : null;
}
