using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace StreamingContrastive.Pipeline.Cluster.Security;

/// <summary>
/// An authority and certificates of nodes for a trial, as PEM files that only their owner can read. The authority's key stays beside them, so
/// that nodes can be added: fine on a machine of one's own, and no way to run a cluster that others depend on.
/// </summary>
public static class TrialCertificates
{
    /// <summary>File of the authority's certificate.</summary>
    public const string AuthorityFile = "authority.pem";

    private const string AuthorityKeyFile = "authority.key";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // A node's clock may be behind: a certificate that begins this moment would be refused there.
    private static readonly TimeSpan Earlier = TimeSpan.FromHours(2);

    /// <summary>File of a node's certificate.</summary>
    public static string CertificateFile(string node) => $"{node}.pem";

    /// <summary>File of a node's key.</summary>
    public static string KeyFile(string node) => $"{node}.key";

    /// <summary>Makes the authority where there is none yet, and a certificate for every node.</summary>
    /// <param name="directory">Where they go; made where it is missing.</param>
    /// <param name="nodes">Names of the nodes: letters, digits, dots and hyphens.</param>
    /// <param name="valid">How long they are valid.</param>
    /// <param name="now">Now.</param>
    /// <returns>The files that were written, in order.</returns>
    /// <exception cref="ClusterSecurityException">A file is there already, a name is none, or the directory cannot be written to.</exception>
    public static IReadOnlyList<string> Create(string directory, IReadOnlyList<string> nodes, TimeSpan valid, DateTimeOffset now)
    {
        foreach (var node in nodes)
        {
            if (node.Length is 0 or > 63 || !node.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') || node is "authority" or "." or "..")
            {
                throw new ClusterSecurityException($"'{node}' is no name of a node: 1 to 63 letters, digits, dots and hyphens, and not 'authority'.");
            }

            if (File.Exists(Path.Combine(directory, CertificateFile(node))) || File.Exists(Path.Combine(directory, KeyFile(node))))
            {
                throw new ClusterSecurityException($"{Path.Combine(directory, CertificateFile(node))} is there already: delete it and its key to make new ones, or take another name.");
            }
        }

        try
        {
            MakeDirectory(directory);
            var written = new List<string>();
            using var authority = OpenAuthority(directory, valid, now, written);
            foreach (var node in nodes)
            {
                using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                using var certificate = Issue(node, key, authority, valid, now);
                Write(directory, CertificateFile(node), certificate.ExportCertificatePem(), written);
                Write(directory, KeyFile(node), key.ExportPkcs8PrivateKeyPem(), written);
            }

            return written;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ClusterSecurityException($"The certificates cannot be made in {directory}: {e.Message}");
        }
    }

    private static X509Certificate2 OpenAuthority(string directory, TimeSpan valid, DateTimeOffset now, List<string> written)
    {
        var (file, keyFile) = (Path.Combine(directory, AuthorityFile), Path.Combine(directory, AuthorityKeyFile));
        if (File.Exists(file))
        {
            var kept = X509Certificate2.CreateFromPemFile(file, keyFile);
            return now + valid <= kept.NotAfter
                ? kept
                : throw new ClusterSecurityException($"The authority of {file} ends before a certificate of {valid.TotalDays:0} days would: give fewer --days, or begin with an empty directory.");
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=StreamingContrastive trial authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var authority = request.CreateSelfSigned(now - Earlier, now + valid + TimeSpan.FromDays(1));
        Write(directory, AuthorityFile, authority.ExportCertificatePem(), written);
        Write(directory, AuthorityKeyFile, key.ExportPkcs8PrivateKeyPem(), written);
        return authority;
    }

    private static X509Certificate2 Issue(string node, ECDsa key, X509Certificate2 authority, TimeSpan valid, DateTimeOffset now)
    {
        var request = new CertificateRequest($"CN={node}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(node);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(authority, now - Earlier, now + valid, RandomNumberGenerator.GetBytes(16));
    }

    private static void MakeDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    // Created with its mode, not changed to it: there is no moment in which others can read a key.
    private static void Write(string directory, string name, string pem, List<string> written)
    {
        var path = Path.Combine(directory, name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var writer = new StreamWriter(path, options);
        writer.WriteLine(pem);
        written.Add(path);
    }
}
