using System.Globalization;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Encoders.Text;

namespace StreamingContrastive.Host.Commands.Describe;

/// <summary>Encoder, head and predictor in words.</summary>
internal static class EncoderLines
{
    /// <summary>One line each.</summary>
    public static IEnumerable<string> Of(EncoderOptions encoder, RowPart part)
    {
        yield return part.Kind == PartKind.Picture ? Picture(encoder, new ImageShape(part.Height, part.Width, part.Channels)) : Text(encoder.Text ?? new(), part.Tokens);
        var hidden = encoder.ProjectionHidden == 0 ? "features" : encoder.ProjectionHidden.ToString(CultureInfo.InvariantCulture);
        var layers = string.Concat(Enumerable.Repeat($"linear {hidden}, {HiddenNorm(encoder)}relu, ", encoder.ProjectionLayers - 1));
        yield return $"projection {layers}linear {encoder.ProjectionDimension}, l2";
        if (encoder.PredictorHidden > 0)
        {
            yield return $"predictor  linear {encoder.PredictorHidden}, {HiddenNorm(encoder)}relu, linear {encoder.ProjectionDimension}, l2; queries only, never published";
        }
    }

    private static string Picture(EncoderOptions encoder, ImageShape input)
    {
        var width = encoder.Architecture == Architecture.SmallResNet ? $" width {encoder.StageWidth}" : "";
        var stem = encoder.Stem == Stem.Small ? "" : ", stem 7x7 stride 2 and max-pool";
        var grid = encoder.PoolingGrid == 1 ? "" : $", pooled in {encoder.PoolingGrid}x{encoder.PoolingGrid} cells";
        return $"encoder    {TopologyDescription.Name(encoder.Architecture)}{width}{stem}{grid}, {Norm(encoder)}, input {input}";
    }

    private static string Text(TextEncoderOptions text, int tokens)
    {
        var depth = text.Architecture == TextArchitecture.Bag
            ? string.Create(CultureInfo.InvariantCulture, $"{text.Depth} residual layers")
            : string.Create(CultureInfo.InvariantCulture, $"{text.Depth} blocks of {text.Heads} heads");
        return string.Create(CultureInfo.InvariantCulture, $"encoder    {TopologyDescription.Name(text.Architecture)} of {text.Buckets} buckets, {text.Dimension} dimensions, {depth}, dropout {text.Dropout:0.###}, input {tokens} ids");
    }

    private static string Norm(EncoderOptions encoder) => encoder.Normalization == Normalization.Split
        ? $"batch normalisation in {encoder.NormalizationSplits} parts, keys shuffled"
        : $"{TopologyDescription.Name(encoder.Normalization)} normalisation";

    private static string HiddenNorm(EncoderOptions encoder) => encoder.ProjectionNormalization ? "normalisation, " : "";
}
