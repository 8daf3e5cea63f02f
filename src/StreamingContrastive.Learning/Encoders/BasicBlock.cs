using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// The basic residual block: relu(norm(conv3(relu(norm(conv3(x))))) + shortcut(x)), He et al. 2016, arXiv 1512.03385, Fig. 5 left.
/// The shortcut is a 1x1 convolution where the shape changes. Names as in torchvision.
/// </summary>
internal sealed class BasicBlock : IResidualBlock
{
    private readonly ConvNorm first;
    private readonly ConvNorm second;
    private readonly ConvNorm? shortcut;

    public BasicBlock(NetworkLayout layout, string name, NormSettings norm, int inputs, int outputs, int stride)
    {
        first = new ConvNorm(layout, ($"{name}.conv1", $"{name}.bn1"), norm, new ConvShape(inputs, outputs, 3, stride));
        second = new ConvNorm(layout, ($"{name}.conv2", $"{name}.bn2"), norm, new ConvShape(outputs, outputs, 3, 1));
        if (stride != 1 || inputs != outputs)
        {
            shortcut = new ConvNorm(layout, ($"{name}.downsample.0", $"{name}.downsample.1"), norm, new ConvShape(inputs, outputs, 1, stride));
        }
    }

    // The in-place forms are legal: backward of a normalisation needs its input, of an addition nothing, of a relu its own output.
    public Tensor Forward(ForwardPass pass, Tensor x)
    {
        var y = first.Forward(pass, x).relu_();
        return second.Forward(pass, y).add_(shortcut?.Forward(pass, x) ?? x).relu_();
    }

    public void Fold(NetworkState state, FoldedNetwork into)
    {
        first.Fold(state, into);
        second.Fold(state, into);
        shortcut?.Fold(state, into);
    }
}
