using System.Globalization;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Learning.Encoders;

namespace StreamingContrastive.Host.Commands.Describe;

/// <summary>Encoder, head and predictor in words.</summary>
internal static class EncoderLines
{
    /// <summary>One line each.</summary>
    public static IEnumerable<string> Of(EncoderOptions encoder, ImageShape input)
    {
        var width = encoder.Architecture == Architecture.SmallResNet ? $" width {encoder.StageWidth}" : "";
        var stem = encoder.Stem == Stem.Small ? "" : ", stem 7x7 stride 2 and max-pool";
        var grid = encoder.PoolingGrid == 1 ? "" : $", pooled in {encoder.PoolingGrid}x{encoder.PoolingGrid} cells";
        yield return $"encoder    {TopologyDescription.Name(encoder.Architecture)}{width}{stem}{grid}, {Norm(encoder)}, input {input}";

        var hidden = encoder.ProjectionHidden == 0 ? "features" : encoder.ProjectionHidden.ToString(CultureInfo.InvariantCulture);
        var layers = string.Concat(Enumerable.Repeat($"linear {hidden}, {HiddenNorm(encoder)}relu, ", encoder.ProjectionLayers - 1));
        yield return $"projection {layers}linear {encoder.ProjectionDimension}, l2";
        if (encoder.PredictorHidden > 0)
        {
            yield return $"predictor  linear {encoder.PredictorHidden}, {HiddenNorm(encoder)}relu, linear {encoder.ProjectionDimension}, l2; queries only, never published";
        }
    }

    private static string Norm(EncoderOptions encoder) => encoder.Normalization == Normalization.Split
        ? $"batch normalisation in {encoder.NormalizationSplits} parts, keys shuffled"
        : $"{TopologyDescription.Name(encoder.Normalization)} normalisation";

    private static string HiddenNorm(EncoderOptions encoder) => encoder.ProjectionNormalization ? "normalisation, " : "";
}
