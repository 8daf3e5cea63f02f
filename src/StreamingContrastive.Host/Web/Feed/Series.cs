using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Web.Feed;

/// <summary>
/// The values that are kept over time, one column each. A pipeline has the columns that it measures: where nothing is held out, or records
/// have several parts, a column of kNN would stay empty for ever.
/// </summary>
internal sealed class Series
{
    /// <summary>Directions of retrieval that have a column: all those of three parts. The table of the page has every one.</summary>
    public const int MostDirections = 6;

    private static readonly IReadOnlyList<string> Always = ["time", "rate", "lag", "loss", "accuracy", "alignment", "uniformity", "ageP50", "ageP95"];

    private readonly IReadOnlyList<(string From, string To)> _directions;

    /// <summary>The columns of a pipeline.</summary>
    public Series(PipelineOptions options)
    {
        Quality = QualityOf(options);
        _directions = Quality == HeldOut.Retrieval ? Directions([.. options.Input.Parts.Select(p => p.Name)]) : [];
        Names = [.. Always, .. Quality == HeldOut.Knn ? ["knn20", "knn200", "rankMe"] : Array.Empty<string>(), .. _directions.Select(d => $"R@1 {d.From} → {d.To}")];
    }

    /// <summary>What is measured on held-out records.</summary>
    public HeldOut Quality { get; }

    /// <summary>Column names, in order; the first is the time in seconds since 1970. A column of retrieval is named R@1 FROM → TO.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>A point; what was not measured since the point before is NaN, so that no old value is drawn as a new one.</summary>
    public double[] Point(double time, double rate, PipelineProgress now, PipelineProgress before)
    {
        var metrics = ReferenceEquals(now.Metrics, before.Metrics) ? null : now.Metrics;
        var probe = ReferenceEquals(now.Probe, before.Probe) ? null : now.Probe;
        var retrieval = ReferenceEquals(now.Retrieval, before.Retrieval) ? null : now.Retrieval;
        double[] always =
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
        ];
        return Quality switch
        {
            HeldOut.Knn => [.. always, probe?.Knn20 ?? double.NaN, probe?.Knn200 ?? double.NaN, probe?.RankMe ?? double.NaN],
            HeldOut.Retrieval => [.. always, .. _directions.Select(d => retrieval?.Recalls.FirstOrDefault(r => r.From == d.From && r.To == d.To)?.R1 ?? double.NaN)],
            _ => always,
        };
    }

    /// <summary>As JSON has it: no NaN.</summary>
    public static double? Known(double value) => double.IsFinite(value) ? value : null;

    private static HeldOut QualityOf(PipelineOptions options) =>
        options.Monitor.HeldOutTopic is null ? HeldOut.None
        : options.Input.Parts.Count == 0 ? HeldOut.Knn
        : options.Input.Parts.Count > 1 ? HeldOut.Retrieval
        : HeldOut.None;

    private static IReadOnlyList<(string From, string To)> Directions(IReadOnlyList<string> parts) =>
        [.. parts.SelectMany(from => parts.Where(to => to != from).Select(to => (from, to))).Take(MostDirections)];
}
