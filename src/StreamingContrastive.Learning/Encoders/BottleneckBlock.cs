using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// The bottleneck residual block: a 1x1 convolution to the stage's width, a 3x3 and a 1x1 to four times the width, added to the
/// shortcut (He et al. 2016, arXiv 1512.03385, Fig. 5 right). The stride sits in the 3x3, as in torchvision. Names as there.
/// </summary>
internal sealed class BottleneckBlock : IResidualBlock
{
    /// <summary>Output channels over the stage's width.</summary>
    public const int Expansion = 4;

    private readonly ConvNorm first;
    private readonly ConvNorm second;
    private readonly ConvNorm third;
    private readonly ConvNorm? shortcut;

    public BottleneckBlock(NetworkLayout layout, string name, NormSettings norm, int inputs, int width, int stride)
    {
        var outputs = Expansion * width;
        first = new ConvNorm(layout, ($"{name}.conv1", $"{name}.bn1"), norm, new ConvShape(inputs, width, 1, 1));
        second = new ConvNorm(layout, ($"{name}.conv2", $"{name}.bn2"), norm, new ConvShape(width, width, 3, stride));
        third = new ConvNorm(layout, ($"{name}.conv3", $"{name}.bn3"), norm, new ConvShape(width, outputs, 1, 1));
        if (stride != 1 || inputs != outputs)
        {
            shortcut = new ConvNorm(layout, ($"{name}.downsample.0", $"{name}.downsample.1"), norm, new ConvShape(inputs, outputs, 1, stride));
        }
    }

    // In place for the same reasons as in BasicBlock.
    public Tensor Forward(ForwardPass pass, Tensor x)
    {
        var y = first.Forward(pass, x).relu_();
        y = second.Forward(pass, y).relu_();
        return third.Forward(pass, y).add_(shortcut?.Forward(pass, x) ?? x).relu_();
    }

    public void Fold(NetworkState state, FoldedNetwork into)
    {
        first.Fold(state, into);
        second.Fold(state, into);
        third.Fold(state, into);
        shortcut?.Fold(state, into);
    }
}
