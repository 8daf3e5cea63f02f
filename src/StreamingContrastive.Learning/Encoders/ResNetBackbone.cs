using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// A ResNet of basic or bottleneck blocks with average pooling, of the whole map or of each cell of a grid: [N, C, H, W] -> [N, last width x cells]. Stages after the first halve
/// height and width. State-dict names are torchvision's, without fc; with the small stem conv1 is 3x3.
/// </summary>
internal sealed class ResNetBackbone : IBackbone
{
    private readonly ConvNorm stem;
    private readonly bool pooled;
    private readonly int grid;
    private readonly List<IResidualBlock> blocks = [];

    public ResNetBackbone(NetworkLayout layout, NormSettings norm, int channels, ResNetPlan plan)
    {
        pooled = plan.Stem == Stem.Standard;
        var inputs = plan.Widths[0];
        stem = new ConvNorm(layout, ("conv1", "bn1"), norm, pooled ? new ConvShape(channels, inputs, 7, 2) : new ConvShape(channels, inputs, 3, 1));
        for (var stage = 0; stage < plan.Widths.Count; stage++)
        {
            for (var block = 0; block < plan.Blocks[stage]; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                var (name, width) = ($"layer{stage + 1}.{block}", plan.Widths[stage]);
                blocks.Add(plan.Bottleneck ? new BottleneckBlock(layout, name, norm, inputs, width, stride) : new BasicBlock(layout, name, norm, inputs, width, stride));
                inputs = plan.Bottleneck ? BottleneckBlock.Expansion * width : width;
            }
        }

        grid = plan.Grid;
        FeatureDimension = inputs * grid * grid;
    }

    public int FeatureDimension { get; }

    public Tensor Forward(ForwardPass pass, Tensor x)
    {
        x = stem.Forward(pass, x).relu_();
        x = pooled ? F.max_pool2d(x, 3, 2, 1) : x; // [N, w, H/2, W/2] -> [N, w, H/4, W/4]
        foreach (var block in blocks)
        {
            x = block.Forward(pass, x);
        }

        return grid == 1
            ? x.mean([2, 3]) // [N, D, H, W] -> [N, D]
            : F.adaptive_avg_pool2d(x, [grid, grid]).flatten(1); // -> [N, D x grid x grid]
    }

    public void Fold(NetworkState state, FoldedNetwork into)
    {
        stem.Fold(state, into);
        foreach (var block in blocks)
        {
            block.Fold(state, into);
        }
    }
}
