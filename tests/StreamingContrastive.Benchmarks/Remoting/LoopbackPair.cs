using System.Diagnostics;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Cluster.Security;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Benchmarks.Remoting;

/// <summary>Two actor systems that reach each other over loopback only, with the settings of a cluster's nodes.</summary>
internal sealed class LoopbackPair : IDisposable
{
    private const int Credit = 8;

    private readonly ActorSystem _sender;
    private readonly ActorSystem _receiver;
    private readonly string? _folder;

    private LoopbackPair(string hocon, bool certificates)
    {
        _folder = certificates ? Directory.CreateTempSubdirectory("remoting-").FullName : null;
        (_sender, _receiver) = (Open("sender", hocon), Open("receiver", hocon));
    }

    public static async Task<LoopbackPair> OpenAsync(string hocon, bool certificates)
    {
        var pair = new LoopbackPair(hocon, certificates);
        await pair.MeasureAsync(new BareLoad(1000), seconds: 1).ConfigureAwait(false); // The first message waits for the association.
        return pair;
    }

    /// <summary>Sends for some time with at most eight messages under way.</summary>
    public async Task<Flow> MeasureAsync(Load load, double seconds)
    {
        var sink = _receiver.ActorOf(Props.Create(() => new Sink()));
        var address = ((ExtendedActorSystem)_receiver).Provider.DefaultAddress;
        var remote = await _sender.ActorSelection(sink.Path.ToStringWithAddress(address)).ResolveOne(TimeSpan.FromSeconds(20)).ConfigureAwait(false);
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var (began, processor) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
        var pump = _sender.ActorOf(Props.Create(() => new Pump(remote, load, TimeSpan.FromSeconds(seconds), done)));
        var messages = await done.Task.ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(began);
        var megabytes = messages * (double)load.Bytes / 1e6;
        var used = Process.GetCurrentProcess().TotalProcessorTime - processor;
        _sender.Stop(pump);
        _receiver.Stop(sink);
        return new Flow(megabytes / took.TotalSeconds, used.TotalMilliseconds / megabytes);
    }

    public void Dispose()
    {
        Task.WhenAll(_sender.Terminate(), _receiver.Terminate()).GetAwaiter().GetResult();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private ActorSystem Open(string name, string hocon)
    {
        var strangers = new StrangerLog(Console.Error.WriteLine, TimeProvider.System);
        var security = RemotingSecurity.Of("127.0.0.1", Certificate(name), insecureNetwork: false, strangers, TimeProvider.System);
        var config = ConfigurationFactory.ParseString(hocon)
            .WithFallback(ConfigurationFactory.ParseString($$"""
                akka { loglevel = ERROR, actor.provider = remote, remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 } }
                {{RemotingLog.Hocon}}
                """))
            .WithFallback(ClusterConfiguration.Of(new PipelineOptions(), security)); // That of a node, but without a cluster.
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), new RemotingLogSetup(NullLoggerFactory.Instance, strangers));
        return ActorSystem.Create(name, security.Setup is { } tls ? setup.And(tls) : setup);
    }

    private NodeCertificate? Certificate(string name)
    {
        if (_folder is null)
        {
            return null;
        }

        var now = TimeProvider.System.GetUtcNow();
        TrialCertificates.Create(_folder, [name], TimeSpan.FromDays(1), now);
        return NodeCertificate.Load(
            new TlsOptions
            {
                Certificate = Path.Combine(_folder, TrialCertificates.CertificateFile(name)),
                Key = Path.Combine(_folder, TrialCertificates.KeyFile(name)),
                Authority = Path.Combine(_folder, TrialCertificates.AuthorityFile),
            },
            password: null,
            now);
    }

    /// <summary>Acknowledges with the message that a trainer would: a credit.</summary>
    private sealed class Sink : UntypedActor
    {
        private static readonly CreditGranted Acknowledgement = new(1, Guid.Empty, 1);

        protected override void OnReceive(object message)
        {
            (message as ChunkReady)?.Chunk.ReturnBuffers();
            Sender.Tell(Acknowledgement);
        }
    }

    private sealed class Pump : UntypedActor
    {
        private readonly IActorRef _to;
        private readonly Load _load;
        private readonly TimeSpan _time;
        private readonly TaskCompletionSource<long> _done;
        private readonly long _began = Stopwatch.GetTimestamp();
        private long _acknowledged;
        private int _underWay;

        public Pump(IActorRef to, Load load, TimeSpan time, TaskCompletionSource<long> done) => (_to, _load, _time, _done) = (to, load, time, done);

        protected override void PreStart()
        {
            for (; _underWay < Credit; _underWay++)
            {
                _to.Tell(_load.Next(), Self);
            }
        }

        protected override void OnReceive(object message)
        {
            _acknowledged++;
            if (Stopwatch.GetElapsedTime(_began) < _time)
            {
                _to.Tell(_load.Next(), Self);
            }
            else if (--_underWay == 0)
            {
                _done.TrySetResult(_acknowledged);
            }
        }
    }
}
