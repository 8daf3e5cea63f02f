using OpenTelemetry;
using OpenTelemetry.Metrics;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Pipeline.Telemetry;

/// <summary>What an exporter sees of a <see cref="PipelineMetrics"/> that nobody else writes to.</summary>
internal sealed class ExportedMetrics : IDisposable
{
    private readonly string _meter = $"test-{Guid.NewGuid()}";
    private readonly List<MetricSnapshot> _exported = [];
    private MeterProvider? _provider;

    public ExportedMetrics(TimeProvider? clock = null, bool listen = true)
    {
        if (listen)
        {
            Listen();
        }

        Metrics = new PipelineMetrics("boots", clock ?? TimeProvider.System, _meter);
    }

    public PipelineMetrics Metrics { get; }

    public void Listen() => _provider = Sdk.CreateMeterProviderBuilder().AddMeter(_meter).AddInMemoryExporter(_exported).Build();

    /// <summary>Everything that is exported now.</summary>
    public IReadOnlyList<MetricSnapshot> Read()
    {
        _exported.Clear();
        _provider!.ForceFlush().ShouldBeTrue();
        return [.. _exported];
    }

    /// <summary>The values of one instrument, by their tags as text.</summary>
    public IReadOnlyDictionary<string, double> Read(string name)
    {
        var snapshot = Read().SingleOrDefault(m => m.Name == name);
        return snapshot is null ? new Dictionary<string, double>() : snapshot.MetricPoints.ToDictionary(TagsOf, p => ValueOf(snapshot.MetricType, p));
    }

    public static IEnumerable<KeyValuePair<string, object?>> Tags(MetricPoint point)
    {
        foreach (var tag in point.Tags)
        {
            yield return tag;
        }
    }

    public void Dispose()
    {
        _provider?.Dispose();
        Metrics.Dispose();
    }

    private static string TagsOf(MetricPoint point) => string.Join(' ', Tags(point).Select(t => $"{t.Key}={t.Value}").Order(StringComparer.Ordinal));

    private static double ValueOf(MetricType type, MetricPoint point) => type switch
    {
        MetricType.LongSum => point.GetSumLong(),
        MetricType.DoubleSum => point.GetSumDouble(),
        MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
        MetricType.Histogram => point.GetHistogramCount(),
        _ => throw new InvalidOperationException($"{type} is not one of ours."),
    };
}
