using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Metrics;
using StreamingContrastive.Learning.Guards;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Pipeline.Telemetry;

/// <summary>Names, units and tags are a contract: dashboards and alerts are built on them. Seen through an exporter, as they are.</summary>
public sealed class PipelineMetricsTests
{
    private static readonly PartitionId P3 = new("records", 3);
    private static readonly TimeSpan Quarter = TimeSpan.FromMilliseconds(250);

    [Fact]
    public void Export_AfterEveryCall_HasEveryInstrumentOfTheCatalogAndNoOther()
    {
        using var exported = new ExportedMetrics();
        Exercise(exported.Metrics);

        var seen = exported.Read().Select(m => (m.Name, m.Unit, m.Description, Kind: KindOf(m.MetricType)));

        seen.ShouldBe(InstrumentCatalog.All.Select(i => (i.Name, i.Unit, i.Description, i.Kind)), ignoreOrder: true);
    }

    [Fact]
    public void Export_AfterEveryCall_HasTheTagsOfTheCatalogAndNoOther()
    {
        using var exported = new ExportedMetrics();
        Exercise(exported.Metrics);

        foreach (var metric in exported.Read())
        {
            metric.MetricPoints.SelectMany(p => ExportedMetrics.Tags(p).Select(t => t.Key)).Distinct()
                .ShouldBe(InstrumentCatalog.All.Single(i => i.Name == metric.Name).Tags, ignoreOrder: true, metric.Name);
        }
    }

    [Fact]
    public void Export_Histograms_HaveTheBucketsOfTheCatalog()
    {
        using var exported = new ExportedMetrics();
        Exercise(exported.Metrics);

        foreach (var metric in exported.Read().Where(m => m.MetricType == MetricType.Histogram))
        {
            var bounds = new List<double>();
            foreach (var bucket in metric.MetricPoints[0].GetHistogramBuckets())
            {
                bounds.Add(bucket.ExplicitBound);
            }

            bounds.ShouldBe([.. InstrumentCatalog.All.Single(i => i.Name == metric.Name).Buckets!, double.PositiveInfinity], metric.Name);
        }
    }

    [Fact]
    public void Catalog_Instruments_HaveAUnitAndASentence() =>
        InstrumentCatalog.All.ShouldAllBe(i => i.Unit.Length > 0 && i.Description.EndsWith('.') && (i.Name.StartsWith("contrastive.") || i.Name.StartsWith("messaging.")));

    [Theory]
    [InlineData("contrastive.step.duration", "contrastive_step_duration_seconds")]
    [InlineData("contrastive.steps", "contrastive_steps_total")]
    [InlineData("contrastive.accuracy", "contrastive_accuracy")]
    [InlineData("contrastive.loss", "contrastive_loss")]
    [InlineData("contrastive.checkpoint.size", "contrastive_checkpoint_size_bytes")]
    [InlineData("messaging.client.sent.messages", "messaging_client_sent_messages_total")]
    public void PrometheusName_OfAnInstrument_SpellsUnitAndKind(string name, string expected) =>
        InstrumentCatalog.All.Single(i => i.Name == name).PrometheusName.ShouldBe(expected);

    [Fact]
    public void Messaging_PolledChunk_HasTheConventionsTags()
    {
        using var exported = new ExportedMetrics();
        exported.Metrics.Polled(P3, "readers", 64, Quarter);
        exported.Metrics.Sent("boots.embeddings", 7, Quarter, errorType: null);
        exported.Metrics.Sent("boots.embeddings", 2, Quarter, "Local_MsgTimedOut");

        exported.Read("messaging.client.consumed.messages").ShouldBe(new Dictionary<string, double>
        {
            ["messaging.consumer.group.name=readers messaging.destination.name=records messaging.destination.partition.id=3 messaging.operation.name=poll messaging.system=kafka"] = 64,
        });
        exported.Read("messaging.client.sent.messages").ShouldBe(
            new Dictionary<string, double>
            {
                ["messaging.destination.name=boots.embeddings messaging.operation.name=send messaging.system=kafka"] = 7,
                ["error.type=Local_MsgTimedOut messaging.destination.name=boots.embeddings messaging.operation.name=send messaging.system=kafka"] = 2,
            },
            ignoreOrder: true);
    }

    [Fact]
    public void Guards_NothingHappenedYet_CountFromZeroAlsoForALateListener()
    {
        using var exported = new ExportedMetrics(listen: false);
        exported.Metrics.GuardTripped(GuardNames.NonFinite);
        exported.Metrics.EpochBegan(4);
        exported.Metrics.VersionAdopted(9);

        exported.Listen();

        exported.Read("contrastive.guard.trips").ShouldBe(new Dictionary<string, double> { ["contrastive.guard=collapse"] = 0, ["contrastive.guard=non_finite"] = 1 });
        exported.Read("contrastive.batches.refused").ShouldBe(new Dictionary<string, double> { [""] = 0 });
        exported.Read("contrastive.lineage.epoch").ShouldBe(new Dictionary<string, double> { ["contrastive.pipeline=boots"] = 4 });
        exported.Read("contrastive.model.version").ShouldBe(new Dictionary<string, double> { [""] = 9 });
    }

    [Fact]
    public void EpochEnded_ProcessThatLivesOn_ShowsNoEpoch()
    {
        using var exported = new ExportedMetrics();
        exported.Metrics.EpochBegan(4);

        exported.Metrics.EpochEnded();

        exported.Read("contrastive.lineage.epoch").ShouldBeEmpty();
    }

    /// <summary>The alert EncoderCollapsing waits for 2.</summary>
    [Theory]
    [InlineData(EncoderHealth.Healthy, 0)]
    [InlineData(EncoderHealth.Unknown, 1)]
    [InlineData(EncoderHealth.Suspect, 2)]
    [InlineData(EncoderHealth.Collapsed, 3)]
    public void CollapseSeen_Health_IsItsNumberInTheCatalog(EncoderHealth health, double expected)
    {
        using var exported = new ExportedMetrics();

        exported.Metrics.CollapseSeen(health);

        exported.Read("contrastive.collapse.state")[""].ShouldBe(expected);
    }

    [Fact]
    public void Gauges_NothingKnownYet_AreNotExported()
    {
        using var exported = new ExportedMetrics();

        exported.Read("contrastive.loss").ShouldBeEmpty();
        exported.Read("contrastive.freshness").ShouldBeEmpty();
        exported.Read("contrastive.lag").ShouldBeEmpty();
    }

    /// <summary>Kept as a value of the last step they would stand still with a trainer that stands still, which is when they matter.</summary>
    [Fact]
    public void Ages_WhileNothingHappens_Grow()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_000_000));
        using var exported = new ExportedMetrics(clock);
        exported.Metrics.EventsTrained(940_000);
        exported.Metrics.EventsTrained(900_000);
        exported.Metrics.CheckpointDurable(Quarter, 4096, clock.GetUtcNow());

        clock.Advance(TimeSpan.FromSeconds(30));

        exported.Read("contrastive.freshness")[""].ShouldBe(90);
        exported.Read("contrastive.checkpoint.age")[""].ShouldBe(30);
    }

    [Fact]
    public void Lag_PartitionThatWentAway_IsShownNoMore()
    {
        using var exported = new ExportedMetrics();
        exported.Metrics.LagSeen([new PartitionLag(P3, 5), new PartitionLag(new PartitionId("records", 4), 6)]);
        exported.Metrics.LagSeen([new PartitionLag(P3, 7)]);

        exported.Read("contrastive.lag").ShouldBe(new Dictionary<string, double> { ["messaging.destination.name=records messaging.destination.partition.id=3"] = 7 });
    }

    [Fact]
    public void EpochBegan_AfterARunThatAGuardEnded_HoldsNothingOfIt()
    {
        using var exported = new ExportedMetrics();
        exported.Metrics.OutputsMade(70);
        exported.Metrics.OutputsPublished(30);
        exported.Metrics.StageHolds(PipelineStage.Batch, 12);
        exported.Metrics.StageEntered(PipelineStage.Credit, 64);
        exported.Read("contrastive.outbox")[""].ShouldBe(40);

        exported.Metrics.EpochBegan(2);
        exported.Metrics.IngestBegan();

        exported.Read("contrastive.outbox")[""].ShouldBe(0);
        exported.Read("contrastive.stage.in_flight").Values.ShouldAllBe(v => v == 0);
    }

    /// <summary>What is told of every chunk and step makes no garbage: not one object in a round of them. The smallest takes 24 bytes.</summary>
    [Fact]
    public void Measurements_OfTheHotPath_AllocateNothing()
    {
        using var exported = new ExportedMetrics();
        const int rounds = 1000;
        Round(exported.Metrics, rounds);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Round(exported.Metrics, rounds);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(rounds * 24);
    }

    private static void Round(PipelineMetrics metrics, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            metrics.Polled(P3, "readers", 64, Quarter);
            metrics.StageEntered(PipelineStage.Augment, 64);
            metrics.StageTook(PipelineStage.Augment, Quarter);
            metrics.StageLeft(PipelineStage.Augment, 64);
            metrics.Processed("records", "readers", Quarter, errorType: null);
            metrics.StepTook(Quarter);
            metrics.StepCompleted(64);
            metrics.EventsTrained(i);
            metrics.DeadLettered("decode", "WrongLength");
            metrics.Sent("boots.embeddings", 64, Quarter, errorType: null);
            metrics.OutputsMade(64);
            metrics.OutputsPublished(64);
        }
    }

    private static void Exercise(PipelineMetrics metrics)
    {
        Round(metrics, 1);
        metrics.Processed("records", "readers", Quarter, "non_finite");
        metrics.Sent("boots.embeddings", 1, Quarter, "Local_MsgTimedOut");
        metrics.Committed("records", "readers", Quarter, errorType: null);
        metrics.BatchRefused();
        metrics.PartsMissing([new PartVectors("caption", default, new[] { true, false })]);
        metrics.Measured(new StepMetrics(4.5, 0.3, 0.8, 0.6, 1, 0.1, 0.002, 4096, 10, 0.4, -2, 0.08, 0, 0.1)
        {
            LossScale = 14.3,
            LossBias = -10,
            Clusters = new ClusterMeasures(1, 2, 3, 4, 0.6, 0.2),
            Estimator = new EstimatorMeasures(true, 512, 0.99, 0.98, 0.05, 0.9, 0.88),
        });
        metrics.Evaluated(new ProbeResult(10, 0.75, 0.7, 40));
        metrics.Retrieved(new RetrievalResult(10, [new PartRecall("photo", "caption", 400, 0.3, 0.5, 0.6)]));
        metrics.Drifted(new DriftResult(10, 0.01, 0.4, 0.02));
        metrics.CollapseSeen(EncoderHealth.Suspect);
        metrics.GuardTripped(GuardNames.Collapse);
        metrics.VersionAdopted(7);
        metrics.MemorySeen(1200, new DeviceMemory(10, 30));
        metrics.LagSeen([new PartitionLag(P3, 5)]);
        metrics.TombstonesPassed(3);
        metrics.PartsIgnored(2);
        metrics.GapPassed(17);
        metrics.Rebalanced("assigned");
        metrics.ChunkRewound();
        metrics.StaleChunkDropped();
        metrics.StateCopied(Quarter);
        metrics.CheckpointDurable(Quarter, 4096, DateTimeOffset.UnixEpoch);
        metrics.EpochBegan(2);
    }

    private static InstrumentKind KindOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => InstrumentKind.Counter,
        MetricType.Histogram => InstrumentKind.Histogram,
        _ => InstrumentKind.Gauge,
    };
}
