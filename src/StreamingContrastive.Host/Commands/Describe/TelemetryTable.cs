using System.Text;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Commands.Describe;

/// <summary>Instruments and spans as a document, from the catalogs that the program makes them from.</summary>
internal static class TelemetryTable
{
    /// <summary>The document.</summary>
    public static string Generate()
    {
        var text = new StringBuilder();
        Line(text, "# Telemetry");
        Line(text);
        Line(text, "Written by `describe --telemetry`; a test compares. Renaming a metric, a unit or a tag is a breaking change.");
        Line(text);
        Line(text, "Metrics, traces and logs leave the machine only where `OTEL_EXPORTER_OTLP_ENDPOINT` (or that of one signal) is set; the web port has the metrics at `/metrics`. A gauge appears with its first value.");
        Line(text);
        Line(text, "## Metrics");
        Line(text, "| metric | at `/metrics` | kind | unit | tags | what |");
        Line(text, "|---|---|---|---|---|---|");
        foreach (var metric in InstrumentCatalog.All)
        {
            Line(text, $"| `{metric.Name}` | `{metric.PrometheusName}` | {Word(metric.Kind.ToString())} | `{metric.Unit}` | {Tags(metric.Tags)} | {metric.Description} |");
        }

        Line(text);
        Line(text, "## Spans");
        Line(text, $"Named after their operation and topic, as in `process records`. A record whose producer wrote `traceparent` is one trace from there to its embedding: the `process` span of the record is a child of the producer's span, and its context goes into the embedding's header. Spans over many records link to at most {SpanCatalog.MaxLinks} of them. Instrumentation scope of both: `{PipelineTracing.SourceName}`.");
        Line(text);
        Line(text, "| span | kind | tags | what |");
        Line(text, "|---|---|---|---|");
        foreach (var span in SpanCatalog.All)
        {
            Line(text, $"| `{span.Operation}` | {Word(span.Kind.ToString())} | {Tags(span.Tags)} | {span.Description} |");
        }

        Line(text);
        Line(text, "## Stages");
        Line(text, $"Values of `{TagNames.Stage}` in `contrastive.stage.duration` and `contrastive.stage.in_flight`, in the order of a record's way: {string.Join(", ", Enum.GetValues<PipelineStage>().Select(s => $"`{PipelineStageNames.Of(s)}`"))}.");
        return text.ToString();
    }

    private static string Tags(IReadOnlyList<string> tags) => tags.Count == 0 ? "" : string.Join(", ", tags.Select(t => $"`{t}`"));

    private static string Word(string name) => name.ToLowerInvariant();

    private static void Line(StringBuilder text, string line = "") => text.Append(line).Append('\n');
}
