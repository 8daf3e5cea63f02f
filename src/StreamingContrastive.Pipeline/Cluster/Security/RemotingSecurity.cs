using System.Net;
using Akka.Remote.Transport.DotNetty;

namespace StreamingContrastive.Pipeline.Cluster.Security;

/// <summary>How the nodes of a cluster may be reached: the one place where a port is allowed to open beyond this machine.</summary>
internal sealed record RemotingSecurity
{
    /// <summary>Command-line option that allows a network without TLS.</summary>
    public const string InsecureOption = "--insecure-network";

    private RemotingSecurity(DotNettySslSetup? setup) => Setup = setup;

    /// <summary>For the actor system's setup: the certificate lives in memory, and in no configuration that could be printed. Null without TLS.</summary>
    public DotNettySslSetup? Setup { get; }

    /// <summary>Protocol of the nodes' addresses: seed nodes must be named by it.</summary>
    public string Protocol => Setup is null ? "akka.tcp" : "akka.ssl.tcp";

    /// <summary>HOCON of the transport.</summary>
    public string Hocon => Setup is null
        ? "akka.remote.dot-netty.tcp.enable-ssl = false"
        : "akka.remote.dot-netty.tcp { enable-ssl = true, ssl { suppress-validation = false, require-mutual-authentication = true } }";

    /// <summary>Decides.</summary>
    /// <param name="hostname">What remoting binds to: an address of this machine, or a name.</param>
    /// <param name="certificate">This node's certificate; null without TLS.</param>
    /// <param name="insecureNetwork">Somebody said that this network needs no TLS.</param>
    /// <param name="strangers">Told of peers that are refused.</param>
    /// <param name="clock">Clock.</param>
    /// <exception cref="ClusterSecurityException">The address can be reached from elsewhere, without TLS.</exception>
    public static RemotingSecurity Of(string hostname, NodeCertificate? certificate, bool insecureNetwork, StrangerLog strangers, TimeProvider clock)
    {
        if (certificate is null)
        {
            return IsLoopback(hostname) || insecureNetwork
                ? new RemotingSecurity(setup: null)
                : throw new ClusterSecurityException(
                    $"cluster:hostname = {hostname} can be reached from other machines, and without TLS whoever reaches it is a node: he can feed the trainer and stop it. Give every node a certificate (cluster:tls; 'certificates create DIRECTORY --node NAME' makes some for a trial), take 127.0.0.1, or, on a network that nobody else reaches, add {InsecureOption}.");
        }

        var trust = new PeerTrust(certificate.Authorities);
        return new RemotingSecurity(new DotNettySslSetup(certificate.Certificate, suppressValidation: false, requireMutualAuthentication: true, (peer, _, remote, _, _) =>
        {
            var refusal = peer is null ? "it showed no certificate" : trust.Refusal(peer, clock.GetUtcNow());
            if (refusal is not null)
            {
                strangers.Refused(EndpointOf(remote), refusal);
            }

            return refusal is null;
        }));
    }

    /// <summary>Whether only this machine reaches an address.</summary>
    public static bool IsLoopback(string hostname) => hostname is "localhost" || (IPAddress.TryParse(hostname.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    // A socket's address where the peer came to us, a node's address where we went to it.
    private static IPEndPoint? EndpointOf(string remote) =>
        IPEndPoint.TryParse(remote[(remote.LastIndexOf('@') + 1)..], out var endpoint) ? endpoint : null;
}
