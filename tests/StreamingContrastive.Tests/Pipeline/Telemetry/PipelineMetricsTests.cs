using System.Diagnostics.Metrics;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Pipeline.Telemetry;

/// <summary>Names, units and tags are a contract: dashboards and alarms are built on them.</summary>
public sealed class PipelineMetricsTests : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<Instrument> _instruments = [];
    private readonly List<(string Name, double Value, string Tags)> _measured = [];
    private readonly PipelineMetrics _metrics;

    public PipelineMetricsTests()
    {
        // Other tests make meters of the same name on other threads; this one's instruments are published on this thread.
        var thread = Environment.CurrentManagedThreadId;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == PipelineMetrics.MeterName && Environment.CurrentManagedThreadId == thread)
            {
                _instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Note(i, value, tags));
        _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Note(i, value, tags));
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Note(i, value, tags));
        _listener.Start();
        _instruments.Clear();
        _metrics = new PipelineMetrics();
    }

    public static TheoryData<string, string, string> Instruments => new()
    {
        { "contrastive.records.trained", "{record}", "Counter`1" },
        { "contrastive.records.tombstones", "{record}", "Counter`1" },
        { "contrastive.records.dead_lettered", "{record}", "Counter`1" },
        { "contrastive.steps", "{step}", "Counter`1" },
        { "contrastive.chunks.rewound", "{chunk}", "Counter`1" },
        { "contrastive.chunks.stale", "{chunk}", "Counter`1" },
        { "contrastive.outputs.published", "{message}", "Counter`1" },
        { "contrastive.step.duration", "s", "Histogram`1" },
        { "contrastive.checkpoint.copy.duration", "s", "Histogram`1" },
        { "contrastive.loss", "1", "Gauge`1" },
        { "contrastive.knn.accuracy", "1", "Gauge`1" },
        { "contrastive.model.version", "1", "Gauge`1" },
        { "contrastive.records.in_flight", "{record}", "Gauge`1" },
    };

    public void Dispose()
    {
        _listener.Dispose();
        _metrics.Dispose();
    }

    [Theory]
    [MemberData(nameof(Instruments))]
    public void Instrument_OfTheContract_HasNameUnitAndKind(string name, string unit, string kind)
    {
        var instrument = _instruments.Where(i => i.Name == name).ShouldHaveSingleItem();

        (instrument.Unit, instrument.GetType().Name).ShouldBe((unit, kind));
    }

    [Fact]
    public void Instruments_All_HaveOurPrefixAUnitAndADescription() =>
        _instruments.ShouldAllBe(i => i.Name.StartsWith("contrastive.") && !string.IsNullOrEmpty(i.Unit) && !string.IsNullOrEmpty(i.Description));

    [Fact]
    public void StepCompleted_Step_CountsRecordsTimeAndInFlight()
    {
        _metrics.StepCompleted(32, TimeSpan.FromMilliseconds(250), 96);

        _measured.ShouldBe(
            [("contrastive.steps", 1, ""), ("contrastive.records.trained", 32, ""), ("contrastive.step.duration", 0.25, ""), ("contrastive.records.in_flight", 96, "")],
            ignoreOrder: true);
    }

    [Fact]
    public void Measurements_WithTags_NameStageReasonAndK()
    {
        _metrics.DeadLettered("decode", "WrongLength");
        _metrics.KnnMeasured(20, 0.75);
        _metrics.LossMeasured(4.5);
        _metrics.StateCopied(TimeSpan.FromMilliseconds(80), 7);
        _metrics.TombstonesPassed(3);
        _metrics.OutputsPublished(65);
        _metrics.ChunkRewound();
        _metrics.StaleChunkDropped();

        _measured.ShouldBe(
            [
                ("contrastive.records.dead_lettered", 1, "error.type=WrongLength stage=decode"),
                ("contrastive.knn.accuracy", 0.75, "k=20"),
                ("contrastive.loss", 4.5, ""),
                ("contrastive.checkpoint.copy.duration", 0.08, ""),
                ("contrastive.model.version", 7, ""),
                ("contrastive.records.tombstones", 3, ""),
                ("contrastive.outputs.published", 65, ""),
                ("contrastive.chunks.rewound", 1, ""),
                ("contrastive.chunks.stale", 1, ""),
            ],
            ignoreOrder: true);
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Add((instrument.Name, value, string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}").Order(StringComparer.Ordinal))));
}
