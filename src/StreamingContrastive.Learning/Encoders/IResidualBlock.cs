using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>A block of a stage: [N, in, H, W] -> [N, out, H/stride, W/stride].</summary>
internal interface IResidualBlock
{
    public Tensor Forward(ForwardPass pass, Tensor x);

    public void Fold(NetworkState state, FoldedNetwork into);
}
