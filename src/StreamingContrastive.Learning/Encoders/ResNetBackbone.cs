using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// A ResNet of basic blocks with a stem for small pictures (3x3, stride 1, no max-pool) and global average pooling:
/// [N, C, H, W] -> [N, last width]. Stages after the first halve height and width. State-dict names are torchvision's, without fc.
/// </summary>
internal sealed class ResNetBackbone
{
    private readonly ConvNorm stem;
    private readonly List<BasicBlock> blocks = [];

    public ResNetBackbone(NetworkLayout layout, Normalization kind, int channels, IReadOnlyList<int> widths, int blocksPerStage)
    {
        stem = new ConvNorm(layout, ("conv1", "bn1"), kind, new ConvShape(channels, widths[0], 3, 1));
        var inputs = widths[0];
        for (var stage = 0; stage < widths.Count; stage++)
        {
            for (var block = 0; block < blocksPerStage; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                blocks.Add(new BasicBlock(layout, $"layer{stage + 1}.{block}", kind, inputs, widths[stage], stride));
                inputs = widths[stage];
            }
        }

        FeatureDimension = inputs;
    }

    public int FeatureDimension { get; }

    public Tensor Forward(ForwardPass pass, Tensor x)
    {
        x = stem.Forward(pass, x).relu_();
        foreach (var block in blocks)
        {
            x = block.Forward(pass, x);
        }

        return x.mean([2, 3]); // [N, D, H, W] -> [N, D]
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
