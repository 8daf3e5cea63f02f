using System.Net;
using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Pipeline.Cluster.Security;

namespace StreamingContrastive.Tests.Pipeline.Cluster.Security;

public sealed class RemotingSecurityTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _said = [];

    private StrangerLog Strangers => new(_said.Add, _clock);

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.7")]
    [InlineData("::")]
    [InlineData("node-1")]
    [InlineData("")]
    public void Of_AnAddressBeyondThisMachineWithoutTls_IsRefused(string hostname)
    {
        var message = Should.Throw<ClusterSecurityException>(() => RemotingSecurity.Of(hostname, null, insecureNetwork: false, Strangers, _clock)).Message;

        message.ShouldContain(RemotingSecurity.InsecureOption);
        message.ShouldContain("cluster:tls");
        RemotingSecurity.Of(hostname, null, insecureNetwork: true, Strangers, _clock).Setup.ShouldBeNull();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.3.4.5")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    public void Of_ThisMachine_NeedsNoTls(string hostname) => RemotingSecurity.Of(hostname, null, insecureNetwork: false, Strangers, _clock).Protocol.ShouldBe("akka.tcp");

    [Fact]
    public void Of_ACertificate_OpensAnywhereWithMutualTls()
    {
        using var folder = new CertificateFolder("a");
        using var certificate = folder.Load("a");

        var security = RemotingSecurity.Of("0.0.0.0", certificate, insecureNetwork: false, Strangers, _clock);

        security.Protocol.ShouldBe("akka.ssl.tcp");
        security.Setup!.RequireMutualAuthentication.ShouldBeTrue();
        security.Setup.SuppressValidation.ShouldBeFalse();
        security.Hocon.ShouldContain("enable-ssl = true");
    }

    [Fact]
    public void Refused_AgainAndAgain_IsSaidOnceAnHour()
    {
        var log = Strangers;
        for (var i = 0; i < 100; i++)
        {
            log.Refused(new IPEndPoint(IPAddress.Parse("10.1.2.3"), 4000 + i), "it showed no certificate");
        }

        log.Refused(new IPEndPoint(IPAddress.Parse("::ffff:10.1.2.3"), 1), "it showed no certificate");
        log.Refused(new IPEndPoint(IPAddress.Parse("10.1.2.4"), 1), "it showed no certificate");
        _clock.Advance(TimeSpan.FromHours(1));
        log.Refused(new IPEndPoint(IPAddress.Parse("10.1.2.3"), 1), "it showed no certificate");

        _said.Count.ShouldBe(3);
        _said[0].ShouldContain("10.1.2.3 was refused: it showed no certificate");
        _said[2].ShouldContain("it came 100 times");
    }

    [Fact]
    public void Refused_FromAThousandHosts_IsBounded()
    {
        var log = Strangers;
        for (var i = 0; i < 1000; i++)
        {
            log.Refused(new IPEndPoint(new IPAddress([10, 0, (byte)(i >> 8), (byte)i]), 1), "it showed no certificate");
        }

        _said.Count.ShouldBe(StrangerLog.MostHosts + 1);
    }
}
