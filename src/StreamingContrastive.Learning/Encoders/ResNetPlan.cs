namespace StreamingContrastive.Learning.Encoders;

/// <summary>What a residual network consists of.</summary>
/// <param name="Widths">Channels of each stage, before a bottleneck's expansion.</param>
/// <param name="Blocks">Blocks of each stage.</param>
/// <param name="Bottleneck">Bottleneck blocks instead of basic ones.</param>
/// <param name="Stem">What comes before the first stage.</param>
/// <param name="Grid">Cells a side into which the last map is averaged.</param>
internal sealed record ResNetPlan(IReadOnlyList<int> Widths, IReadOnlyList<int> Blocks, bool Bottleneck, Stem Stem, int Grid = 1)
{
    /// <summary>The plan of validated options (He et al. 2016, arXiv 1512.03385, Table 1).</summary>
    public static ResNetPlan Of(EncoderOptions options) => options.Architecture switch
    {
        Architecture.SmallResNet => Stages(options, [1, 1, 1], bottleneck: false),
        Architecture.ResNet18 => Stages(options, [2, 2, 2, 2], bottleneck: false),
        Architecture.ResNet34 => Stages(options, [3, 4, 6, 3], bottleneck: false),
        Architecture.ResNet50 => Stages(options, [3, 4, 6, 3], bottleneck: true),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Architecture, $"encoder.architecture must be one of {string.Join(", ", Enum.GetNames<Architecture>())}."),
    };

    private static ResNetPlan Stages(EncoderOptions options, int[] blocks, bool bottleneck) =>
        new([.. blocks.Select((_, stage) => options.StageWidth << stage)], blocks, bottleneck, options.Stem, options.PoolingGrid);
}
