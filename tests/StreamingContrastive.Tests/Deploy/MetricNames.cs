using System.Text.RegularExpressions;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Deploy;

/// <summary>The metrics and labels that a PromQL expression names, and those that the program has.</summary>
internal static partial class MetricNames
{
    private static readonly Dictionary<string, InstrumentDefinition> _known = InstrumentCatalog.All
        .SelectMany(i => Series(i).Select(n => (Name: n, Instrument: i)))
        .ToDictionary(s => s.Name, s => s.Instrument);

    // Labels that no instrument has: those of the scrape, and a histogram's.
    private static readonly string[] _ofPrometheus = ["job", "instance", "le", "otel_scope_name"];

    /// <summary>What is wrong with an expression: metrics that the program lacks, labels that the metric in question lacks.</summary>
    public static IEnumerable<string> Problems(string expression)
    {
        string[] metrics = [.. Metrics(expression)];
        foreach (string metric in metrics.Where(m => !_known.ContainsKey(m)))
        {
            yield return $"{metric} is no metric of the program, in: {expression}";
        }

        string[] labels = [.. metrics.Where(_known.ContainsKey).SelectMany(m => _known[m].Tags).Select(t => t.Replace('.', '_')), .. _ofPrometheus];
        foreach (string label in Labels(expression).Where(l => !labels.Contains(l)))
        {
            yield return $"{label} is no label of {string.Join(", ", metrics)}, in: {expression}";
        }
    }

    /// <summary>Names of metrics: identifiers of ours outside of label lists.</summary>
    public static IEnumerable<string> Metrics(string expression) =>
        Identifier().Matches(Grouping().Replace(Selector().Replace(expression, ""), "")).Select(m => m.Value).Distinct();

    /// <summary>Names of labels, in selectors and in groupings.</summary>
    public static IEnumerable<string> Labels(string expression) =>
        Selector().Matches(expression).SelectMany(m => Matcher().Matches(m.Value).Select(l => l.Groups[1].Value))
            .Concat(Grouping().Matches(expression).SelectMany(m => m.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
            .Distinct();

    /// <summary>Names of the labels in a legend: {{label}}.</summary>
    public static IEnumerable<string> OfLegend(string legend) => Legend().Matches(legend).Select(m => m.Groups[1].Value);

    private static string[] Series(InstrumentDefinition i) => i.Kind == InstrumentKind.Histogram
        ? [$"{i.PrometheusName}_bucket", $"{i.PrometheusName}_sum", $"{i.PrometheusName}_count"]
        : [i.PrometheusName];

    [GeneratedRegex(@"\b(?:contrastive|messaging)_\w+")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(\w+)\s*(?:=~|!~|!=|=)")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\{\{\s*(\w+)\s*\}\}")]
    private static partial Regex Legend();
}
