using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace StreamingContrastive.Pipeline.Cluster.Security;

/// <summary>A node's certificate with its key, and the authorities that it trusts; read and checked at the start, before a port is open.</summary>
public sealed class NodeCertificate : IDisposable
{
    private NodeCertificate(X509Certificate2 certificate, X509Certificate2Collection authorities) => (Certificate, Authorities) = (certificate, authorities);

    /// <summary>The certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Authorities; no other one is trusted.</summary>
    public X509Certificate2Collection Authorities { get; }

    /// <summary>Reads the files.</summary>
    /// <param name="options">Where they are.</param>
    /// <param name="password">Password of the environment; a password file comes first.</param>
    /// <param name="now">Now: a certificate is valid for some time.</param>
    /// <exception cref="ClusterSecurityException">A file is missing or not what it should be. No message holds the password.</exception>
    public static NodeCertificate Load(TlsOptions options, string? password, DateTimeOffset now)
    {
        var authorities = Read("cluster:tls:authority", options.Authority, path =>
        {
            var read = new X509Certificate2Collection();
            read.ImportFromPemFile(path);
            return read;
        });
        if (authorities.Count == 0)
        {
            throw new ClusterSecurityException($"cluster:tls:authority = {options.Authority} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).");
        }

        if (options.PasswordFile is { } file)
        {
            password = Read("cluster:tls:passwordFile", file, path => File.ReadLines(path).FirstOrDefault() ?? "");
        }

        var certificate = Read("cluster:tls:certificate", options.Certificate, path => Open(path, options, password));
        if (!certificate.HasPrivateKey)
        {
            throw new ClusterSecurityException($"cluster:tls:certificate = {options.Certificate} has no private key: name its file with cluster:tls:key, or give a file that holds both.");
        }

        RequireValid(certificate, authorities, options, now);
        return new NodeCertificate(certificate, authorities);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var authority in Authorities)
        {
            authority.Dispose();
        }
    }

    private static void RequireValid(X509Certificate2 certificate, X509Certificate2Collection authorities, TlsOptions options, DateTimeOffset now)
    {
        var (from, to) = (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
        if (now < from || now > to)
        {
            throw new ClusterSecurityException(string.Create(
                CultureInfo.InvariantCulture,
                $"cluster:tls:certificate = {options.Certificate} is valid from {from.UtcDateTime:u} to {to.UtcDateTime:u}, and it is {now.UtcDateTime:u}. {(now > to ? "Renew it" : "Set this machine's clock")}."));
        }

        if (new PeerTrust(authorities).Refusal(certificate, now) is { } refusal)
        {
            throw new ClusterSecurityException($"cluster:tls:certificate = {options.Certificate} would be refused by the other nodes: {refusal} (cluster:tls:authority = {options.Authority}).");
        }
    }

    private static X509Certificate2 Open(string path, TlsOptions options, string? password)
    {
        if (Path.GetExtension(path).ToLowerInvariant() is ".pfx" or ".p12")
        {
            return X509CertificateLoader.LoadPkcs12FromFile(path, password);
        }

        var key = options.Key ?? path;
        if (!File.Exists(key))
        {
            throw new ClusterSecurityException($"cluster:tls:key = {key} does not exist.");
        }

        if (options.Key is null && !File.ReadAllText(path).Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return X509CertificateLoader.LoadCertificateFromFile(path);
        }

        var certificate = password is null ? X509Certificate2.CreateFromPemFile(path, key) : X509Certificate2.CreateFromEncryptedPemFile(path, password, key);
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        // Its TLS takes no key that lives in memory only.
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        }
    }

    private static T Read<T>(string option, string path, Func<string, T> read)
    {
        if (!File.Exists(path))
        {
            throw new ClusterSecurityException($"{option} = {path} does not exist. 'certificates create DIRECTORY --node NAME' makes an authority and certificates for a trial.");
        }

        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterSecurityException($"{option} = {path} cannot be read: {e.Message}");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ClusterSecurityException($"{option} = {path} cannot be opened: {e.Message.TrimEnd('.')}. Allowed are PEM files and, for the certificate, PKCS #12; a password comes from cluster:tls:passwordFile or {TlsOptions.PasswordVariable}.");
        }
    }
}
