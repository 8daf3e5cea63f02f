using System.Text.Json;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>The rules of <see cref="EncoderOptions"/> that one attribute cannot say: a setting that would be ignored or cannot work is refused.</summary>
public static class EncoderOptionsValidator
{
    private const int LeastWidth = 4;
    private const int LeastRowsOfAPart = 2;

    // Stem and stages halve each side five times.
    private const int StandardReduction = 32;
    private const int ResNetReduction = 8;
    private const int SmallReduction = 4;

    /// <summary>Channels of the first stage that the architecture cannot have; null when all is well.</summary>
    /// <param name="options">The options.</param>
    public static string? Width(EncoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Architecture == Architecture.SmallResNet)
        {
            return options.Width is 0 or >= LeastWidth ? null
                : $"encoder:width = {options.Width} is too narrow for encoder:architecture = smallResNet. Allowed: {LeastWidth} to 512, or 0 for its default of 16.";
        }

        if (options.Architecture == Architecture.Gradients)
        {
            return options.Width == 0 ? null
                : $"encoder:width = {options.Width} has nothing to set: encoder:architecture = gradients has no stages. Leave it out; encoder:poolingGrid sets how finely it looks.";
        }

        return options.Width is 0 or EncoderOptions.ResNetWidth ? null
            : $"encoder:width = {options.Width} does not fit encoder:architecture = {Name(options.Architecture)}, whose first stage has {EncoderOptions.ResNetWidth} channels. Leave the width out, or take smallResNet.";
    }

    /// <summary>Settings of a hidden layer that a head of one layer does not have; null when all is well.</summary>
    /// <param name="options">The options.</param>
    public static string? Head(EncoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ProjectionLayers > 1)
        {
            return null;
        }

        if (options.ProjectionHidden > 0)
        {
            return $"encoder:projectionHidden = {options.ProjectionHidden} has nothing to set: a head of encoder:projectionLayers = {options.ProjectionLayers} has no hidden layer. Leave it out, or take 2 or 3 layers.";
        }

        return options is { ProjectionNormalization: true, PredictorHidden: 0 }
            ? $"encoder:projectionNormalization = true has nothing to normalise: a head of encoder:projectionLayers = {options.ProjectionLayers} without a predictor has no hidden layer. Leave it out, or take 2 or 3 layers."
            : null;
    }

    /// <summary>More parts of a batch than its rows can fill; null when all is well.</summary>
    /// <param name="options">The options.</param>
    /// <param name="batchSize">Pairs of a batch.</param>
    public static string? Splits(EncoderOptions options, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Normalization == Normalization.Split && batchSize < LeastRowsOfAPart * options.NormalizationSplits
            ? $"encoder:normalizationSplits = {options.NormalizationSplits} leaves less than {LeastRowsOfAPart} of training:batchSize = {batchSize} rows to a part: statistics of one row normalise nothing. Take at most {Math.Max(1, batchSize / LeastRowsOfAPart)} splits (16 rows a part or more are better), or encoder:normalization = group."
            : null;
    }

    /// <summary>A stem that leaves nothing of the picture; null when all is well.</summary>
    /// <param name="options">The options.</param>
    /// <param name="height">Rows of a picture.</param>
    /// <param name="width">Columns of a picture.</param>
    public static string? Picture(EncoderOptions options, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options is { Architecture: Architecture.Gradients, Stem: Stem.Standard })
        {
            return "encoder:stem = standard has nothing to set: encoder:architecture = gradients begins with no convolution. Leave it out, or take a ResNet.";
        }

        return options.Stem == Stem.Standard && Math.Min(height, width) < StandardReduction
            ? $"encoder:stem = standard reduces a picture {StandardReduction} times, but pictures are {height}x{width}: nothing would be left to see. Take encoder:stem = small, or pictures of at least {StandardReduction} pixels."
            : Math.Min(height, width) / LastMapReduction(options) is var side && options.PoolingGrid > Math.Max(1, side)
                ? $"encoder:poolingGrid = {options.PoolingGrid} is finer than the encoder's last map, which is {side} a side for pictures of {height}x{width}: cells would repeat each other. At most {Math.Max(1, side)}."
                : null;
    }

    /// <summary>Refuses options that make no encoder; a pipeline file is checked before, with the place of each value.</summary>
    internal static void Require(EncoderOptions options)
    {
        if ((Width(options) ?? Head(options)) is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }
    }

    private static int LastMapReduction(EncoderOptions options) =>
        options.Architecture == Architecture.Gradients ? 1
        : options.Stem == Stem.Standard ? StandardReduction
        : options.Architecture == Architecture.SmallResNet ? SmallReduction : ResNetReduction;

    private static string Name(Architecture architecture) => JsonNamingPolicy.CamelCase.ConvertName(architecture.ToString());
}
