using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders.Text;

/// <summary>Layer normalisation over the last dimension, with torch's state-dict names; scale starts at 1, shift at 0.</summary>
internal sealed class LayerNormStep(NetworkLayout layout, string name, int dimension)
{
    private const double Epsilon = 1e-5; // as in torch

    private readonly int weight = layout.AddParameter($"{name}.weight", Initializer.Constant(1), dimension);
    private readonly int bias = layout.AddParameter($"{name}.bias", Initializer.Constant(0), dimension);

    /// <summary>[..., d] -> [..., d].</summary>
    public Tensor Forward(ForwardPass pass, Tensor x) =>
        F.layer_norm(x, [dimension], pass.State.Parameter(weight), pass.State.Parameter(bias), Epsilon);
}
