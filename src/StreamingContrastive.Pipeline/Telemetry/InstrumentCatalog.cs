namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>Every instrument of the program. Renaming one, its unit or a tag is a breaking change.</summary>
public static class InstrumentCatalog
{
    /// <summary>All of them, in the order of the document.</summary>
    public static IReadOnlyList<InstrumentDefinition> All { get; } = [.. MessagingInstruments.All, .. LearningInstruments.All, .. DeliveryInstruments.All];
}
