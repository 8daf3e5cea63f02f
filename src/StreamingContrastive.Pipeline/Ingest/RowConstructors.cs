using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Augmentation.Parts;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>What makes rows of a topic's records, as the pipeline file says.</summary>
public static class RowConstructors
{
    /// <summary>A constructor of its own for one worker.</summary>
    /// <param name="input">How records are read.</param>
    /// <param name="augmentation">Views of pictures.</param>
    /// <param name="excerptCharacters">Characters of each text that are kept beside its row for people to read; 0 for none.</param>
    /// <exception cref="InvalidOperationException">A picture's format needs SkiaSharp and its native library does not load.</exception>
    public static IRowConstructor Of(InputOptions input, AugmentationOptions augmentation, int excerptCharacters = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Parts.Count == 0 ? new PairConstructor(input.Payload, augmentation) : new RecordConstructor(PlanOf(input, augmentation) with { ExcerptCharacters = excerptCharacters });
    }

    /// <summary>How records of several parts are read.</summary>
    internal static RecordPlan PlanOf(InputOptions input, AugmentationOptions augmentation) => new(
        [.. input.Parts.Select(p => new PartPlan(p.Row, p.Optional, p.Payload, p.Augmentation ?? augmentation, p.Text))],
        input.Format == RecordFormat.Json,
        input.MaxRecordBytes,
        input.OnMissingPart == MissingPartPolicy.DeadLetter,
        input.References)
    {
        IgnoresUnknown = input.UnknownParts == UnknownPartPolicy.Ignore,
    };
}
