using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Cluster.Security;
using StreamingContrastive.Pipeline.Cluster.Serialization;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Tests.Pipeline.Cluster.Security;

/// <summary>Nodes and strangers over real sockets.</summary>
public sealed class MutualTlsTests : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private readonly CertificateFolder _folder = new("a", "b");
    private readonly ConcurrentQueue<string> _log = new();
    private readonly List<ActorSystem> _systems = [];
    private readonly ActorSystem _node;

    public MutualTlsTests() => _node = Open("node", _folder, "a", _log);

    private int Port => Address.Port!.Value;

    private Address Address => ((ExtendedActorSystem)_node).Provider.DefaultAddress;

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_systems.Select(s => s.Terminate()));
        _folder.Dispose();
    }

    [Fact]
    public async Task ANode_WithACertificateOfTheAuthority_IsAnswered()
    {
        _node.ActorOf(Props.Create(() => new Echo()), "echo");
        var other = Open("node", _folder, "b", new());
        var credit = new CreditGranted(1, Guid.NewGuid(), 5);

        var answer = await other.ActorSelection($"{Address}/user/echo").Ask<CreditGranted>(credit, Long);

        answer.ShouldBe(credit);
        Address.Protocol.ShouldBe("akka.ssl.tcp");
        _log.ShouldBeEmpty();
    }

    [Fact]
    public async Task AStranger_ThatSpeaksNoTls_IsClosedAndLoggedOnce()
    {
        for (var i = 0; i < 3; i++)
        {
            using var tcp = await ConnectAsync();
            await tcp.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            await ShouldCloseAsync(tcp.GetStream());
        }

        (await LoggedAsync()).ShouldContain("127.0.0.1 was refused");
    }

    [Fact]
    public async Task AStranger_WithoutACertificate_IsClosedAndLoggedOnce()
    {
        for (var i = 0; i < 3; i++)
        {
            await HandshakeAsync(certificate: null);
        }

        (await LoggedAsync()).ShouldContain("it showed no certificate");
    }

    [Fact]
    public async Task AStranger_OfAnotherAuthority_IsClosedAndLoggedOnce()
    {
        using var others = new CertificateFolder("a");
        using var other = others.Load("a");
        for (var i = 0; i < 3; i++)
        {
            await HandshakeAsync(other.Certificate);
        }

        (await LoggedAsync()).ShouldContain("not signed by an authority of this cluster");
    }

    /// <summary>The same with a whole node: it neither gets in nor takes what it finds for its own cluster.</summary>
    [Fact]
    public async Task ANode_OfAnotherAuthority_IsNotAnswered()
    {
        var echo = _node.ActorOf(Props.Create(() => new Echo()), "echo");
        using var others = new CertificateFolder("a");
        var stranger = Open("node", others, "a", new());

        var answer = stranger.ActorSelection($"{Address}/user/echo").Ask<CreditGranted>(new CreditGranted(1, Guid.NewGuid(), 5), TimeSpan.FromSeconds(3));

        await Should.ThrowAsync<AskTimeoutException>(answer);
        (await echo.Ask<int>("count", Long)).ShouldBe(0);
    }

    private ActorSystem Open(string name, CertificateFolder folder, string node, ConcurrentQueue<string> log)
    {
        var strangers = new StrangerLog(log.Enqueue, TimeProvider.System);
        var security = RemotingSecurity.Of("127.0.0.1", folder.Load(node), insecureNetwork: false, strangers, TimeProvider.System);
        var config = ConfigurationFactory.ParseString($$"""
            akka { stdout-loglevel = OFF, actor.provider = remote, remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 } }
            {{RemotingLog.Hocon}}
            {{security.Hocon}}
            {{SerializationSettings.Hocon}}
            """);
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), new RemotingLogSetup(new QueueLog(log), strangers), security.Setup!);
        var system = ActorSystem.Create(name, setup);
        _systems.Add(system);
        return system;
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
        return tcp;
    }

    private async Task HandshakeAsync(X509Certificate2? certificate)
    {
        using var tcp = await ConnectAsync();
#pragma warning disable CA5359 // A stranger does not mind whom he talks to.
        await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        var options = new SslClientAuthenticationOptions { TargetHost = "node", ClientCertificates = certificate is null ? null : [certificate] };
        try
        {
            await tls.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
            await tls.WriteAsync(new byte[] { 4, 0, 0, 0, 1, 2, 3, 4 }, TestContext.Current.CancellationToken);
            await ShouldCloseAsync(tls); // With TLS 1.3 the client's side of the handshake is over before the server has looked.
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            // Refused in the handshake.
        }
    }

    private static async Task ShouldCloseAsync(Stream stream)
    {
        var buffer = new byte[1024];
        try
        {
            while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Long, TestContext.Current.CancellationToken) > 0)
            {
                // A TLS alert may come before the end.
            }
        }
        catch (IOException)
        {
            // Reset: closed as well.
        }
    }

    /// <summary>The one line; a second one would come with the later connections, whose ends were seen.</summary>
    private async Task<string> LoggedAsync()
    {
        using var limit = new CancellationTokenSource(Long);
        while (_log.IsEmpty)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await _node.Terminate(); // The log has taken all that was said to it.
        return _log.ShouldHaveSingleItem();
    }

    private sealed class Echo : UntypedActor
    {
        private int _count;

        protected override void OnReceive(object message)
        {
            if (message is "count")
            {
                Sender.Tell(_count);
                return;
            }

            _count++;
            Sender.Tell(message);
        }
    }

    private sealed class QueueLog(ConcurrentQueue<string> lines) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lines.Enqueue(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
