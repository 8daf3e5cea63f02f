using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace StreamingContrastive.Pipeline.Cluster.Security;

/// <summary>Whether a certificate belongs to a node of this cluster: signed by one of the authorities, in its time, and made for TLS.</summary>
/// <param name="authorities">The authorities.</param>
internal sealed class PeerTrust(X509Certificate2Collection authorities)
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>Why it does not; null where it does.</summary>
    public string? Refusal(X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(authorities); // An authority of a longer chain signs, and is trusted as it is.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // A file's authority has no list to ask; change the authority instead.
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (!chain.Build(certificate))
        {
            return string.Join("; ", chain.ChainStatus.Select(Words).Distinct());
        }

        var uses = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault()?.EnhancedKeyUsages;
        return uses is null || (Has(uses, ServerUse) && Has(uses, ClientUse))
            ? null
            : "its extended key usage is not both server and client authentication, and a node is both";
    }

    private static bool Has(OidCollection uses, string use) => uses.Cast<Oid>().Any(oid => oid.Value == use);

    private static string Words(X509ChainStatus status) => status.Status switch
    {
        X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain => "it is not signed by an authority of this cluster",
        X509ChainStatusFlags.NotTimeValid => "it, or its authority, has expired or is not yet valid",
        X509ChainStatusFlags.NotSignatureValid => "its signature is wrong",
        var other => string.Create(CultureInfo.InvariantCulture, $"{other}"),
    };
}
