using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;

namespace StreamingContrastive.Pipeline.Cluster.Security;

/// <summary>A node's certificate, what its port may be open to, and where strangers are spoken of.</summary>
/// <param name="Certificate">The certificate; null without TLS.</param>
/// <param name="Remoting">What its port may be open to.</param>
/// <param name="Log">The actor system's log.</param>
internal sealed record NodeSecurity(NodeCertificate? Certificate, RemotingSecurity Remoting, RemotingLogSetup Log)
{
    /// <summary>Reads and checks what the options name.</summary>
    /// <exception cref="ClusterSecurityException">The port may not be opened so.</exception>
    public static NodeSecurity Open(ClusterOptions options, PipelineRunSettings settings)
    {
        var log = settings.Logging.CreateLogger("Cluster");
        var strangers = new StrangerLog(sentence => log.LogWarning("{Stranger}", sentence), settings.Clock);
        var certificate = options.Tls is { } tls ? NodeCertificate.Load(tls, settings.CertificatePassword, settings.Clock.GetUtcNow()) : null;
        try
        {
            return new NodeSecurity(
                certificate, RemotingSecurity.Of(options.Hostname, certificate, options.InsecureNetwork, strangers, settings.Clock), new RemotingLogSetup(settings.Logging, strangers));
        }
        catch
        {
            certificate?.Dispose();
            throw;
        }
    }
}
