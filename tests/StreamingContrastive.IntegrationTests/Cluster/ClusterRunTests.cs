using Akka.Actor;
using StreamingContrastive.IntegrationTests.Hosting;
using StreamingContrastive.IntegrationTests.Source;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>Nodes over real remoting in this process: a trainer, ingest nodes, a standby.</summary>
public sealed class ClusterRunTests
{
    private const int PerPartition = 200;
    private const int Total = 3 * PerPartition;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Run_TwoIngestNodesOneTrainer_TrainsEveryRecordOnce()
    {
        await using var cluster = new LocalCluster();
        await cluster.ProduceAsync(PerPartition);
        var trainer = await cluster.StartAsync(0, "trainer", stopAfter: Total);
        await cluster.StartAsync(1, "ingest");
        await cluster.StartAsync(2, "ingest");

        await trainer.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);

        cluster.Problems(PerPartition).ShouldBeEmpty();
        cluster.Harness.ReadEmbeddings().Count.ShouldBe(Total);
    }

    /// <summary>One chunk and one credit are lost on the network: the chunk is rewound, the credit is said again. Red with Repeat empty: it never ends.</summary>
    [Fact]
    public async Task Run_AChunkAndACreditAreLost_TrainsEveryRecordOnce()
    {
        await using var cluster = new LocalCluster();
        await cluster.ProduceAsync(PerPartition);
        RoadFault[] faults =
        [
            new(nameof(ChunkReady), FaultKind.Drop, m => m is ChunkReady { Chunk.RecordCount: > 0 }, Nth: 2),
            new(nameof(CreditGranted), FaultKind.Drop, m => m is CreditGranted, Nth: 3),
        ];
        var trainer = await cluster.StartAsync(0, "trainer", stopAfter: Total);
        var road = new RoadLog();
        await cluster.StartAsync(cluster.Options(1, "ingest"), road: (system, proxy) => system.ActorOf(RoadActor.Props(proxy, faults, road)));

        await trainer.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);

        faults.ShouldAllBe(f => f.Injected);
        road.Seen.ShouldContain(m => m is RewindPartition);
        cluster.Problems(PerPartition).ShouldBeEmpty();
    }

    /// <summary>Nothing of the protocol is a time of day.</summary>
    [Fact]
    public async Task Run_IngestsClockIsAnHourAhead_TrainsEveryRecordOnce()
    {
        await using var cluster = new LocalCluster();
        await cluster.ProduceAsync(PerPartition);
        var trainer = await cluster.StartAsync(0, "trainer", stopAfter: Total);
        await cluster.StartAsync(cluster.Options(1, "ingest"), clock: new SkewedClock(TimeSpan.FromHours(1)));
        await cluster.StartAsync(cluster.Options(2, "ingest"), clock: new SkewedClock(TimeSpan.FromHours(-1)));

        await trainer.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);

        cluster.Problems(PerPartition).ShouldBeEmpty();
    }

    /// <summary>The active trainer leaves in order: the standby goes on at exactly the checkpoint that it wrote last.</summary>
    [Fact]
    public async Task StopAsync_OfTheActiveTrainer_HandsOverAndLosesNoStep()
    {
        await using var cluster = new LocalCluster();
        await cluster.ProduceAsync(PerPartition);
        var first = await cluster.StartAsync(0, "trainer", stopAfter: 2 * Total);
        await cluster.StartAsync(1, "ingest");
        var second = await cluster.StartAsync(2, "trainer", stopAfter: 2 * Total);
        await Eventually.BecomesTrueAsync(() => first.Progress.Current.Trained > 300, "the first trainer trains");

        await first.StopAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);
        var left = first.Progress.Current;
        await cluster.ProduceAsync(PerPartition, from: Total);
        await second.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);

        var epochs = CheckpointStore.OpenReadOnly(cluster.Harness.Options.Checkpoint.Directory!, new PhysicalCheckpointFiles()).Epochs();
        epochs.Select(e => e.Epoch).ShouldBe([1, 2]);
        epochs[1].Parent.ToString().ShouldBe(left.Checkpoint);
        epochs[1].Parent!.Value.Step.ShouldBe(left.Step);
        cluster.Problems(2 * PerPartition).ShouldBeEmpty();
    }

    [Fact]
    public async Task StartAsync_IngestOfAnotherPipeline_EndsWithBothHashesAndTrainsNothing()
    {
        await using var cluster = new LocalCluster();
        await cluster.ProduceAsync(PerPartition);
        var trainer = await cluster.StartAsync(0, "trainer");
        var options = cluster.Options(1, "ingest");

        var refusal = await EndAsync(cluster, options with { Encoder = options.Encoder with { Width = 8 } });

        refusal.Message.ShouldMatch("its configuration has the hash [0-9a-f]{16}, the trainer's [0-9a-f]{16}. They differ in encoder:width.");
        (trainer.Progress.Current.Consumed, trainer.Completion.IsCompleted).ShouldBe((0, false));
    }

    [Fact]
    public async Task StartAsync_StandbyWithADirectoryOfItsOwn_Ends()
    {
        await using var cluster = new LocalCluster();
        await cluster.StartAsync(0, "trainer");
        var options = cluster.Options(1, "trainer");

        var refusal = await EndAsync(cluster, options with { Checkpoint = options.Checkpoint with { Directory = Path.Combine(cluster.Harness.State.FullName, "another") } });

        refusal.Message.ShouldContain("has another checkpoint directory");
    }

    /// <summary>Two clusters know nothing of each other: the directory's epoch files are what stops the older one.</summary>
    [Fact]
    public async Task StartAsync_AnotherClusterOnTheSameDirectory_StopsTheFirstOne()
    {
        await using var cluster = new LocalCluster();
        await cluster.ProduceAsync(PerPartition);
        var first = await cluster.StartAsync(0, "trainer");
        await Eventually.BecomesTrueAsync(() => first.Progress.Current.LineageEpoch == 1, "the first trainer begins");
        var options = cluster.Options(1, "trainer");

        await cluster.StartAsync(options with { Cluster = options.Cluster with { SeedNodes = $"127.0.0.1:{options.Cluster.Port}" } });

        var fenced = await Should.ThrowAsync<LineageFencedException>(() => first.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken));
        fenced.Message.ShouldContain("a newer one started with epoch 2");
    }

    [Fact]
    public async Task StartAsync_NoSeedAnswers_EndsInTimeAndNamesIt()
    {
        await using var cluster = new LocalCluster();
        var options = cluster.Options(1, "ingest");
        var dead = FreePorts.Take(1)[0];

        var failure = await Should.ThrowAsync<ClusterException>(() => cluster.StartAsync(
            options with { Cluster = options.Cluster with { SeedNodes = $"127.0.0.1:{dead}", JoinTimeout = TimeSpan.FromSeconds(2) } }));

        failure.Message.ShouldContain($"none of 127.0.0.1:{dead} (cluster:seedNodes) let it in");
    }

    [Fact]
    public async Task StartAsync_PortIsTaken_EndsAndNamesIt()
    {
        await using var cluster = new LocalCluster();
        await cluster.StartAsync(0, "web");
        var options = cluster.Options(0, "web");

        var failure = await Should.ThrowAsync<ClusterException>(() => cluster.StartAsync(options));

        failure.Message.ShouldContain($"cannot be started at 127.0.0.1:{options.Cluster.Port}");
    }

    /// <summary>What a node ends with, while it starts or after.</summary>
    private static Task<ClusterException> EndAsync(LocalCluster cluster, PipelineOptions options) => Should.ThrowAsync<ClusterException>(async () =>
    {
        var run = await cluster.StartAsync(options);
        await run.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);
    });

    /// <summary>The clock of a machine whose time of day is wrong; time passes as everywhere.</summary>
    private sealed class SkewedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
