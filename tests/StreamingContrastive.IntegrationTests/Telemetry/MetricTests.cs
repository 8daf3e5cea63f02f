using OpenTelemetry.Metrics;
using StreamingContrastive.IntegrationTests.Hosting;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.IntegrationTests.Telemetry;

/// <summary>Every metric of the catalog comes from a pipeline that runs, and says what happened.</summary>
public sealed class MetricTests
{
    /// <summary>What a healthy run of one part on a CPU, without held-out records and without policies that learn, cannot show.</summary>
    private static readonly string[] NotHere =
    [
        "contrastive.accelerator.memory", "contrastive.knn.accuracy", "contrastive.rankme", "contrastive.chunks.rewound", "contrastive.chunks.stale",
        "contrastive.records.incomplete", "contrastive.parts.ignored", "contrastive.loss.scale", "contrastive.loss.bias", "contrastive.retrieval.recall",
        "contrastive.clusters.open", "contrastive.clusters.dead", "contrastive.clusters.reseeded", "contrastive.clusters.purity",
        "contrastive.estimator.trusted", "contrastive.estimator.held_out", "contrastive.estimator.auc", "contrastive.estimator.label_auc", "contrastive.estimator.calibration_error",
    ];

    /// <summary>Comes with the client's statistics, once a second: a run on a quiet machine may be over before (PrometheusTests waits for it).</summary>
    private const string InTime = "contrastive.lag";

    [Fact]
    public async Task Run_PicturesAndPoison_ExportsTheCatalogWithWhatHappened()
    {
        await using var pipeline = new TracedPipeline(partitions: 2, batchSize: 32);
        var harness = pipeline.Harness;
        harness.Options = harness.Options with { Monitor = harness.Options.Monitor with { EverySteps = 4 } };
        const int pictures = 640;
        await harness.ProducePicturesAsync(0, pictures);
        await harness.ProduceAsync([harness.Picture(700, value: [1, 2, 3]), harness.Picture(1) with { Value = null }]);

        await pipeline.RunAsync(pictures + 2);

        var metrics = pipeline.Metrics.GroupBy(m => m.Name).ToDictionary(g => g.Key, g => g.Last());
        InstrumentCatalog.All.Select(i => i.Name).Except(metrics.Keys).Except([InTime]).ShouldBe(NotHere, ignoreOrder: true);
        Sum(metrics["contrastive.records.trained"]).ShouldBe(pictures);
        Sum(metrics["contrastive.records.tombstones"]).ShouldBe(1);
        Tags(metrics["contrastive.records.dead_lettered"]).ShouldBe(["contrastive.stage=decode error.type=WrongLength"]);
        Sum(metrics["messaging.client.consumed.messages"]).ShouldBe(pictures + 2);
        Count(metrics["contrastive.step.duration"]).ShouldBe((long)Sum(metrics["contrastive.steps"]));
        Count(metrics["messaging.process.duration"]).ShouldBe((long)Sum(metrics["contrastive.steps"]));
        metrics["contrastive.stage.in_flight"].MetricPoints.ShouldAllBe(p => p.GetGaugeLastValueDouble() == 0);
        Gauge(metrics["contrastive.outbox"]).ShouldBe(0);
        Gauge(metrics["contrastive.checkpoint.size"]).ShouldBeGreaterThan(10_000);
        Gauge(metrics["contrastive.lineage.epoch"]).ShouldBe(1);
        Gauge(metrics["contrastive.model.version"]).ShouldBeGreaterThan(1);
        Gauge(metrics["contrastive.tensors.live"]).ShouldBeGreaterThan(10);
        var published = Sum(metrics["contrastive.outputs.published"]);
        published.ShouldBe(Sum(metrics["messaging.client.sent.messages"]) - 1, "all that was sent but the dead letter");
        Tags(metrics["messaging.client.sent.messages"]).Count.ShouldBe(4, "embeddings, metrics, models, dead letters");
    }

    private static double Sum(MetricSnapshot metric) =>
        metric.MetricPoints.Sum(p => metric.MetricType == MetricType.LongSum ? p.GetSumLong() : p.GetSumDouble());

    private static long Count(MetricSnapshot metric) => metric.MetricPoints.Sum(p => p.GetHistogramCount());

    private static double Gauge(MetricSnapshot metric) => metric.MetricPoints.ShouldHaveSingleItem().GetGaugeLastValueDouble();

    private static List<string> Tags(MetricSnapshot metric)
    {
        var all = new List<string>();
        foreach (var point in metric.MetricPoints)
        {
            var tags = new List<string>();
            foreach (var tag in point.Tags)
            {
                tags.Add($"{tag.Key}={tag.Value}");
            }

            all.Add(string.Join(' ', tags.Order(StringComparer.Ordinal)));
        }

        return all;
    }
}
