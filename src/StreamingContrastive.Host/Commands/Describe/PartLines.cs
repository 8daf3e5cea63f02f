using System.Globalization;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Text;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Commands.Describe;

/// <summary>Records of several parts in words: how they are read, which views are made of each part, and which encoder sees it.</summary>
internal static class PartLines
{
    /// <summary>How a record is read, one line a part.</summary>
    public static IEnumerable<string> Values(InputOptions input)
    {
        yield return FormattableString.Invariant($"value    {TopologyDescription.Name(input.Format)} record of {input.Parts.Count} parts, at most {input.MaxRecordBytes} bytes; one that lacks a part: {TopologyDescription.Name(input.OnMissingPart)}; a part that is not named here: {TopologyDescription.Name(input.UnknownParts)}");
        foreach (var part in input.Parts)
        {
            yield return $"part     {part.Name}: {Content(part)}{(part.Optional ? ", optional" : "")}{Negatives(part.HardNegatives, "carried hard negatives")}";
        }

        if (input.References > 0)
        {
            yield return $"         up to {input.References.ToString(CultureInfo.InvariantCulture)} hard negatives named by record key";
        }
    }

    /// <summary>The views of each part.</summary>
    public static IEnumerable<string> Views(PipelineOptions options)
    {
        foreach (var part in options.Input.Parts)
        {
            yield return $"part {part.Name}";
            var steps = part.Kind == PartKind.Picture
                ? AugmentationSteps.Of(part.Augmentation ?? options.Augmentation, part.Payload.Channels)
                : [Masking(part.Text)];
            foreach (var step in steps)
            {
                yield return $"  {step}";
            }
        }
    }

    /// <summary>The encoder of each part.</summary>
    public static IEnumerable<string> Encoders(PipelineOptions options)
    {
        foreach (var part in options.Input.Parts)
        {
            yield return $"part {part.Name}{(part.SharesEncoderWith is { } owner ? $", the encoder of {owner}: one network" : part.Encoder is null ? "" : ", an encoder of its own")}";
            foreach (var line in EncoderLines.Of(options.EncoderOf(part), part.Row))
            {
                yield return $"  {line}";
            }
        }
    }

    private static string Content(PartOptions part) => part.Kind == PartKind.Picture
        ? FormattableString.Invariant($"{Payloads.Describe(part.Payload)}, at most {part.Payload.MaxValueBytes} bytes and {part.Payload.MaxPixels} pixels")
        : FormattableString.Invariant($"text of at most {part.Text.MaxBytes} bytes, {part.Text.Tokens} ids of words and n-grams of {part.Text.ShortestNgram} to {part.Text.LongestNgram} characters");

    private static string Negatives(int most, string what) => most == 0 ? "" : FormattableString.Invariant($", up to {most} {what}");

    private static string Masking(TextOptions text) => text.MaskProbability == 0
        ? "none: the encoder's dropout alone tells views apart"
        : FormattableString.Invariant($"mask       each word with probability {text.MaskProbability:0.###}, one always stays");
}
