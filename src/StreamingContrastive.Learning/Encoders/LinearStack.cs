using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// Linear layers with ReLU between them, optionally normalised before it: [N, sizes[0]] -> [N, sizes[^1]]. The projection heads of MoCo v1
/// (one layer), v2 (two, arXiv 2003.04297) and v3 (three, arXiv 2104.02057), and v3's predictor; v3's last normalisation, which only its
/// large batches need, is left out. Numbered as torch's Sequential: name.0, name.2, ...; with normalisation name.0, name.1, name.3, ...
/// </summary>
internal sealed class LinearStack
{
    private readonly List<Layer> layers = [];

    public LinearStack(NetworkLayout layout, string name, IReadOnlyList<int> sizes, NormSettings? norm)
    {
        var index = 0;
        for (var i = 1; i < sizes.Count; i++)
        {
            var (inputs, outputs, hidden) = (sizes[i - 1], sizes[i], i < sizes.Count - 1);
            var normalized = hidden && norm is not null;
            var weight = layout.AddParameter($"{name}.{index}.weight", Initializer.UniformFanIn(inputs), outputs, inputs);
            // A normalisation takes every constant away again, so a bias before it would only be decayed.
            int? bias = normalized ? null : layout.AddParameter($"{name}.{index}.bias", Initializer.UniformFanIn(inputs), outputs);
            layers.Add(new Layer(weight, bias, normalized ? new NormLayer(layout, $"{name}.{index + 1}", norm!.Value, outputs) : null));
            index += normalized ? 3 : 2;
        }
    }

    public Tensor Forward(ForwardPass pass, Tensor x)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            var (weight, bias, norm) = layers[i];
            x = F.linear(x, pass.State.Parameter(weight), bias is { } b ? pass.State.Parameter(b) : null);
            x = norm?.Forward(pass, x) ?? x;
            x = i < layers.Count - 1 ? x.relu_() : x;
        }

        return x;
    }

    private sealed record Layer(int Weight, int? Bias, NormLayer? Norm);
}
