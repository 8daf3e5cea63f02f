using System.Globalization;
using System.Net;

namespace StreamingContrastive.Pipeline.Cluster.Security;

/// <summary>
/// Says of a stranger that he was refused: at once, and then once an hour with how often. Whoever can connect must not be able to fill the
/// log, nor this node's memory.
/// </summary>
/// <param name="say">Where it goes: a warning.</param>
/// <param name="clock">Clock.</param>
internal sealed class StrangerLog(Action<string> say, TimeProvider clock)
{
    /// <summary>Hosts that are told apart; of the others only the first is spoken of in an hour.</summary>
    public const int MostHosts = 256;

    private const string Others = "other hosts";

    private static readonly TimeSpan SayAgainAfter = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Known> _hosts = [];

    /// <summary>A connection of a stranger was refused.</summary>
    /// <param name="remote">Where he is; the port is passed over, since every connection has another.</param>
    /// <param name="reason">Why.</param>
    public void Refused(EndPoint? remote, string reason)
    {
        var host = remote is IPEndPoint ip ? (ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address).ToString() : "unknown";
        long unsaid;
        lock (_lock)
        {
            if (!_hosts.ContainsKey(host) && _hosts.Count >= MostHosts)
            {
                host = Others;
            }

            var known = _hosts.GetValueOrDefault(host);
            if (known is not null && clock.GetElapsedTime(known.SaidAt) < SayAgainAfter)
            {
                known.Unsaid++;
                return;
            }

            unsaid = known?.Unsaid ?? 0;
            _hosts[host] = new Known(clock.GetTimestamp());
        }

        say(string.Create(CultureInfo.InvariantCulture, $"A connection from {host} was refused: {reason}.{(unsaid == 0 ? "" : $" Since it was last said so, it came {unsaid} times.")} Nodes need a certificate of this cluster's authority (cluster:tls). This is said once an hour for a host."));
    }

    private sealed class Known(long saidAt)
    {
        public long SaidAt { get; } = saidAt;

        public long Unsaid { get; set; }
    }
}
