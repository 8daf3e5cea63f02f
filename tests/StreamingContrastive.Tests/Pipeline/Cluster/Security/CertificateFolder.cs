using StreamingContrastive.Pipeline.Cluster.Security;

namespace StreamingContrastive.Tests.Pipeline.Cluster.Security;

/// <summary>A folder with an authority and certificates of nodes; deleted at the end.</summary>
internal sealed class CertificateFolder : IDisposable
{
    public CertificateFolder(params string[] nodes)
    {
        Now = TimeProvider.System.GetUtcNow();
        Root = Directory.CreateTempSubdirectory("certificates-").FullName;
        Add(TimeSpan.FromDays(30), nodes);
    }

    public DateTimeOffset Now { get; }

    public string Root { get; }

    public string File(string name) => Path.Combine(Root, name);

    public void Add(TimeSpan valid, params string[] nodes) => TrialCertificates.Create(Root, nodes, valid, Now);

    public TlsOptions Options(string node) => new()
    {
        Certificate = File(TrialCertificates.CertificateFile(node)),
        Key = File(TrialCertificates.KeyFile(node)),
        Authority = File(TrialCertificates.AuthorityFile),
    };

    public NodeCertificate Load(string node) => NodeCertificate.Load(Options(node), password: null, Now);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
