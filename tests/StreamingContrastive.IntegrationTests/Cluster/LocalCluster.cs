using System.Text;
using Akka.Actor;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.IntegrationTests.Chaos;
using StreamingContrastive.IntegrationTests.Hosting;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>Nodes of a cluster in this process, each with an actor system of its own, over real remoting on loopback and the embedded broker.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly List<ClusterRun> _runs = [];
    private readonly int[] _ports = FreePorts.Take(6);

    public LocalCluster(int partitions = 3)
    {
        Harness = new PipelineHarness(partitions);
        Harness.Options = Harness.Options with
        {
            Cluster = new ClusterOptions { SeedNodes = $"127.0.0.1:{_ports[0]}", SystemName = "test", JoinTimeout = TimeSpan.FromSeconds(60), StandbyEvery = TimeSpan.FromSeconds(1) },
        };
    }

    public PipelineHarness Harness { get; }

    /// <summary>What of the surviving lineage is wrong.</summary>
    public IReadOnlyList<string> Problems(int perPartition, int partitions = 3) => AuditTrail.Read(Harness.AuditFile).Problems(
        Enumerable.Range(0, partitions).ToDictionary(p => new StreamingContrastive.Pipeline.Records.PartitionId("records", p), _ => (long)perPartition));

    /// <summary>The same number of pictures into every partition.</summary>
    public Task ProduceAsync(int perPartition, int partitions = 3, int from = 0) => Harness.ProduceAsync(
        Enumerable.Range(0, perPartition).SelectMany(i => Enumerable.Range(0, partitions).Select(p => Harness.Picture(from + (i * partitions) + p, partition: p))));

    /// <summary>The options of a node; the first one is the seed.</summary>
    public PipelineOptions Options(int node, string roles) => Harness.Options with { Cluster = Harness.Options.Cluster with { Roles = roles, Port = _ports[node] } };

    /// <summary>Starts a node and returns once it is a member.</summary>
    public Task<ClusterRun> StartAsync(int node, string roles, long? stopAfter = null) => StartAsync(Options(node, roles), stopAfter);

    /// <summary>Starts a node.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="stopAfter">Consumed records at which a trainer's run ends.</param>
    /// <param name="road">What stands between its ingest and the trainer.</param>
    /// <param name="clock">Its clock.</param>
    public async Task<ClusterRun> StartAsync(PipelineOptions options, long? stopAfter = null, Func<ActorSystem, IActorRef, IActorRef>? road = null, TimeProvider? clock = null)
    {
        var run = await ClusterRun.StartAsync(options, Settings(options, stopAfter, road, clock), TestContext.Current.CancellationToken);
        _runs.Add(run);
        return run;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var run in Enumerable.Reverse(_runs))
        {
            await run.DisposeAsync();
        }

        await Harness.DisposeAsync();
    }

    private PipelineRunSettings Settings(PipelineOptions options, long? stopAfter, Func<ActorSystem, IActorRef, IActorRef>? road, TimeProvider? clock) => new()
    {
        StopAfterRecords = stopAfter,
        EffectiveConfiguration = Encoding.UTF8.GetBytes(EffectiveConfiguration.ToJson(options)),
        AuditFile = Harness.AuditFile,
        Road = road,
        Logging = NullLoggerFactory.Instance,
        Clock = clock ?? TimeProvider.System,
    };
}
