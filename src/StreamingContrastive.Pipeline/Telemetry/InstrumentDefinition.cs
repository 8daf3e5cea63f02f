namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>What an instrument measures.</summary>
public enum InstrumentKind
{
    /// <summary>Counts up since the start of the process.</summary>
    Counter,

    /// <summary>A distribution.</summary>
    Histogram,

    /// <summary>The last value.</summary>
    Gauge,
}

/// <summary>One instrument as data. Its name, unit and tags are a contract: dashboards and alerts are built on them.</summary>
/// <param name="Name">OpenTelemetry name.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Unit">UCUM unit; what is counted stands in braces.</param>
/// <param name="Description">One or two sentences.</param>
/// <param name="Tags">Every tag that a measurement may carry; each has few values.</param>
public sealed record InstrumentDefinition(string Name, InstrumentKind Kind, string Unit, string Description, params IReadOnlyList<string> Tags)
{
    /// <summary>Upper bounds of a histogram's buckets; null for the listener's own.</summary>
    public IReadOnlyList<double>? Buckets { get; init; }

    /// <summary>
    /// The name at /metrics, without the _bucket, _sum and _count of histograms: dots become underscores, the unit is spelled out, a
    /// counter ends in _total: what OpenTelemetry.Exporter.Prometheus makes of it (a test scrapes and compares).
    /// </summary>
    public string PrometheusName
    {
        get
        {
            var unit = Unit switch
            {
                "s" => "_seconds",
                "By" => "_bytes",
                _ => "", // What is counted is no unit; a share ("1") is named like what it is a share of.
            };
            return Name.Replace('.', '_') + unit + (Kind == InstrumentKind.Counter ? "_total" : "");
        }
    }
}
