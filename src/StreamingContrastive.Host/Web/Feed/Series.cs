using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Web.Feed;

/// <summary>The values that are kept over time, one column each.</summary>
internal static class Series
{
    /// <summary>Column names, in order; the first is the time in seconds since 1970.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["time", "rate", "lag", "loss", "accuracy", "alignment", "uniformity", "ageP50", "ageP95", "knn20", "knn200", "rankMe"];

    /// <summary>A point; what was not measured since the point before is NaN, so that no old value is drawn as a new one.</summary>
    public static double[] Point(double time, double rate, PipelineProgress now, PipelineProgress before)
    {
        var metrics = ReferenceEquals(now.Metrics, before.Metrics) ? null : now.Metrics;
        var probe = ReferenceEquals(now.Probe, before.Probe) ? null : now.Probe;
        return
        [
            time,
            rate,
            now.Lag < 0 ? double.NaN : now.Lag,
            metrics?.Loss ?? double.NaN,
            metrics?.Accuracy ?? double.NaN,
            metrics?.Alignment ?? double.NaN,
            metrics?.Uniformity ?? double.NaN,
            metrics?.QueueAgeP50Steps ?? double.NaN,
            metrics?.QueueAgeP95Steps ?? double.NaN,
            probe?.Knn20 ?? double.NaN,
            probe?.Knn200 ?? double.NaN,
            probe?.RankMe ?? double.NaN,
        ];
    }

    /// <summary>As JSON has it: no NaN.</summary>
    public static double? Known(double value) => double.IsFinite(value) ? value : null;
}
