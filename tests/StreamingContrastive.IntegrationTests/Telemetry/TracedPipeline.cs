using System.Diagnostics;
using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using StreamingContrastive.Contracts;
using StreamingContrastive.IntegrationTests.Hosting;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.IntegrationTests.Telemetry;

/// <summary>A pipeline whose spans and metrics go to in-memory exporters; told apart from other tests' by its group and its meter.</summary>
internal sealed class TracedPipeline : IAsyncDisposable
{
    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly List<Activity> _spans = [];
    private readonly List<MetricSnapshot> _exported = [];
    private readonly TracerProvider _tracer;
    private readonly MeterProvider _meter;
    private readonly PipelineMetrics _metrics;

    public TracedPipeline(int partitions, int batchSize)
    {
        Harness = new PipelineHarness(partitions);
        Harness.Options = Harness.Options with
        {
            Input = Harness.Options.Input with { GroupId = _id },
            Training = Harness.Options.Training with { BatchSize = batchSize },
        };
        _tracer = Sdk.CreateTracerProviderBuilder().AddSource(PipelineTracing.SourceName).AddInMemoryExporter(_spans).Build();
        _meter = Sdk.CreateMeterProviderBuilder().AddMeter(_id).AddInMemoryExporter(_exported).Build();
        _metrics = new PipelineMetrics("test", TimeProvider.System, _id);
    }

    public PipelineHarness Harness { get; }

    /// <summary>The consumer group: the pipeline's own spans carry it, save those of send.</summary>
    public string Group => _id;

    /// <summary>traceparent of record i: its trace and span ids follow from i.</summary>
    public static string TraceParent(int i, string flags = "01") => $"00-{TraceId(i)}-{SpanId(i)}-{flags}";

    public static string TraceId(int i) => (0xabc0_0000 + i).ToString("x32", CultureInfo.InvariantCulture);

    public static string SpanId(int i) => (0xdef0_0000 + i).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>A picture whose producer wrote these headers too.</summary>
    public OutputRecord Picture(int i, params (string Name, string Value)[] headers)
    {
        var picture = Harness.Picture(i);
        return picture with { Headers = [.. picture.Headers, .. headers.Select(h => new RecordHeader(h.Name, Encoding.ASCII.GetBytes(h.Value)))] };
    }

    /// <summary>Runs until so many records are consumed, and collects everything that was exported.</summary>
    public async Task RunAsync(long records)
    {
        await using (var run = await PipelineRun.StartAsync(Harness.Options, Harness.Settings(records) with { Metrics = _metrics }, CancellationToken.None))
        {
            await run.Completion.WaitAsync(TimeSpan.FromMinutes(2));
            _meter.ForceFlush().ShouldBeTrue();
        }

        _tracer.ForceFlush().ShouldBeTrue();
    }

    /// <summary>Spans of this pipeline, and those of send whose topic is given.</summary>
    public IReadOnlyList<Activity> Spans(string operation)
    {
        lock (_spans)
        {
            return [.. _spans.Where(s => (string?)s.GetTagItem(TagNames.Operation) == operation && (operation == "send" || (string?)s.GetTagItem(TagNames.Group) == _id))];
        }
    }

    public IReadOnlyList<MetricSnapshot> Metrics => _exported;

    public async ValueTask DisposeAsync()
    {
        _tracer.Dispose();
        _meter.Dispose();
        _metrics.Dispose();
        await Harness.DisposeAsync();
    }
}
