namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>The guards, as they appear in tags.</summary>
internal static class GuardNames
{
    /// <summary>The representations have collapsed.</summary>
    public const string Collapse = "collapse";

    /// <summary>Batch after batch gave a loss or gradient that is not finite.</summary>
    public const string NonFinite = "non_finite";
}
