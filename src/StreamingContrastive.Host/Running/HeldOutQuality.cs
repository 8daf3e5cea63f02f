using System.Globalization;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Running;

/// <summary>How good the encoder is on held-out records, in a few characters of a line: retrieval where records have parts, kNN otherwise.</summary>
internal static class HeldOutQuality
{
    /// <summary>The newest measure; a dash before the first one, and where nothing is held out.</summary>
    public static string Of(PipelineProgress progress) =>
        progress.Retrieval is { Recalls: [var first, ..] } ? $"R@1 {Of(first)}"
        : progress.Probe is { } probe ? string.Create(CultureInfo.InvariantCulture, $"kNN-20 {probe.Knn20:0.000}")
        : "held out -";

    /// <summary>One direction.</summary>
    public static string Of(PartRecall recall) => string.Create(CultureInfo.InvariantCulture, $"{recall.From}->{recall.To} {recall.R1:0.000}");
}
