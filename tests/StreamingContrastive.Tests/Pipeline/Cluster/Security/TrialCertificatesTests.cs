using StreamingContrastive.Pipeline.Cluster.Security;
using StreamingContrastive.Tests.Host.Commands;

namespace StreamingContrastive.Tests.Pipeline.Cluster.Security;

public sealed class TrialCertificatesTests
{
    [Fact]
    public void Create_OfTwoNodes_WritesFilesThatOnlyTheirOwnerReads()
    {
        using var folder = new CertificateFolder("a", "b");

        var files = Directory.GetFiles(folder.Root);

        files.Select(Path.GetFileName).Order().ShouldBe(["a.key", "a.pem", "authority.key", "authority.pem", "b.key", "b.pem"]);
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in files)
            {
                File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
            }
        }
    }

    [Fact]
    public void Create_Again_AddsANodeOfTheSameAuthority()
    {
        using var folder = new CertificateFolder("a");
        folder.Add(TimeSpan.FromDays(1), "b");

        using var b = folder.Load("b");

        b.Certificate.Issuer.ShouldBe(b.Authorities[0].Subject);
    }

    [Fact]
    public void Create_OfANodeThatIsThere_LeavesItAlone()
    {
        using var folder = new CertificateFolder("a");
        var before = File.ReadAllText(folder.File("a.key"));

        Should.Throw<ClusterSecurityException>(() => folder.Add(TimeSpan.FromDays(1), "a")).Message.ShouldContain("there already");

        File.ReadAllText(folder.File("a.key")).ShouldBe(before);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("")]
    [InlineData("authority")]
    [InlineData("a b")]
    public void Create_OfABadName_IsRefused(string name)
    {
        using var folder = new CertificateFolder("a");

        Should.Throw<ClusterSecurityException>(() => folder.Add(TimeSpan.FromDays(1), name)).Message.ShouldContain("is no name");
    }

    [Fact]
    public async Task Command_PrintsTheFiles()
    {
        using var folder = new CertificateFolder("a");
        var fixture = new CommandFixture();
        var target = folder.File("new");

        var code = await fixture.RunAsync("certificates", "create", target, "--node", "trainer-1", "--node", "ingest-1");

        code.ShouldBe(0, fixture.Error.ToString());
        fixture.Out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(6);
        File.Exists(Path.Combine(target, "ingest-1.key")).ShouldBeTrue();
        (await fixture.RunAsync("certificates", "create", target, "--node", "trainer-1")).ShouldBe(2);
    }
}
