using System.Security.Cryptography.X509Certificates;
using StreamingContrastive.Pipeline.Cluster.Security;

namespace StreamingContrastive.Tests.Pipeline.Cluster.Security;

public sealed class NodeCertificateTests : IDisposable
{
    private const string Password = "correct horse battery staple";

    private readonly CertificateFolder _folder = new("a");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OfAMissingFile_NamesOptionFileAndCommand()
    {
        var message = Refusal(_folder.Options("a") with { Certificate = _folder.File("nothing.pem") });

        message.ShouldContain("cluster:tls:certificate");
        message.ShouldContain("nothing.pem");
        message.ShouldContain("certificates create");
    }

    [Fact]
    public void Load_WithoutAKey_SaysSo() => Refusal(_folder.Options("a") with { Key = null }).ShouldContain("no private key");

    [Fact]
    public void Load_OfAMissingKey_NamesIt() => Refusal(_folder.Options("a") with { Key = _folder.File("gone.key") }).ShouldContain("gone.key");

    [Fact]
    public void Load_OfAnotherNodesKey_IsRefused()
    {
        _folder.Add(TimeSpan.FromDays(1), "b");

        Refusal(_folder.Options("a") with { Key = _folder.Options("b").Key }).ShouldContain("cannot be opened");
    }

    [Fact]
    public void Load_AfterItsTime_SaysBothTimes()
    {
        var late = _folder.Now + TimeSpan.FromDays(31);

        Should.Throw<ClusterSecurityException>(() => NodeCertificate.Load(_folder.Options("a"), null, late)).Message.ShouldContain("Renew");
        Should.Throw<ClusterSecurityException>(() => NodeCertificate.Load(_folder.Options("a"), null, _folder.Now - TimeSpan.FromDays(1))).Message.ShouldContain("clock");
    }

    [Fact]
    public void Load_OfAnotherAuthoritysCertificate_IsRefused()
    {
        using var other = new CertificateFolder("a");

        Refusal(_folder.Options("a") with { Authority = other.Options("a").Authority }).ShouldContain("not signed by an authority of this cluster");
    }

    [Fact]
    public void Load_OfNoAuthority_IsRefused() => Refusal(_folder.Options("a") with { Authority = _folder.File("a.key") }).ShouldContain("holds no certificate");

    [Fact]
    public void Load_OfGarbage_IsRefused()
    {
        File.WriteAllText(_folder.File("garbage.pem"), "hello");

        Refusal(_folder.Options("a") with { Certificate = _folder.File("garbage.pem") }).ShouldContain("cannot be opened");
    }

    [Fact]
    public void Load_OfPkcs12_TakesThePasswordFromAFileOrTheEnvironment()
    {
        var options = Pkcs12();
        File.WriteAllText(_folder.File("password"), $"{Password}\n");

        using var byFile = NodeCertificate.Load(options with { PasswordFile = _folder.File("password") }, null, _folder.Now);
        using var byEnvironment = NodeCertificate.Load(options, Password, _folder.Now);

        byFile.Certificate.HasPrivateKey.ShouldBeTrue();
        byEnvironment.Certificate.Thumbprint.ShouldBe(byFile.Certificate.Thumbprint);
    }

    [Fact]
    public void Load_WithAWrongPassword_DoesNotRepeatIt()
    {
        var message = Should.Throw<ClusterSecurityException>(() => NodeCertificate.Load(Pkcs12(), "wrong-and-secret", _folder.Now)).ToString();

        message.ShouldContain("cluster:tls:passwordFile");
        message.ShouldNotContain("wrong-and-secret");
    }

    private TlsOptions Pkcs12()
    {
        using var a = _folder.Load("a");
        File.WriteAllBytes(_folder.File("a.pfx"), a.Certificate.Export(X509ContentType.Pkcs12, Password));
        return new TlsOptions { Certificate = _folder.File("a.pfx"), Authority = _folder.Options("a").Authority };
    }

    private string Refusal(TlsOptions options) => Should.Throw<ClusterSecurityException>(() => NodeCertificate.Load(options, null, _folder.Now)).Message;
}
