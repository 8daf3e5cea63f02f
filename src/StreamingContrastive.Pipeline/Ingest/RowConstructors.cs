using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Augmentation.Parts;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>What makes rows of a topic's records, as the pipeline file says.</summary>
public static class RowConstructors
{
    /// <summary>A constructor of its own for one worker.</summary>
    /// <exception cref="InvalidOperationException">A picture's format needs SkiaSharp and its native library does not load.</exception>
    public static IRowConstructor Of(InputOptions input, AugmentationOptions augmentation)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Parts.Count == 0 ? new PairConstructor(input.Payload, augmentation) : new RecordConstructor(PlanOf(input, augmentation));
    }

    /// <summary>How records of several parts are read.</summary>
    internal static RecordPlan PlanOf(InputOptions input, AugmentationOptions augmentation) => new(
        [.. input.Parts.Select(p => new PartPlan(p.Row, p.Optional, p.Payload, p.Augmentation ?? augmentation, p.Text))],
        input.Format == RecordFormat.Json,
        input.MaxRecordBytes,
        input.OnMissingPart == MissingPartPolicy.DeadLetter,
        input.References);
}
