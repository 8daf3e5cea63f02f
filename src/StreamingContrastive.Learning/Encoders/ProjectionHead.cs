using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>Linear, ReLU, Linear: [N, features] -> [N, projection], the head of MoCo v2 (arXiv 2003.04297).</summary>
internal sealed class ProjectionHead
{
    private readonly (int Weight, int Bias) first;
    private readonly (int Weight, int Bias) second;

    public ProjectionHead(NetworkLayout layout, string name, int features, int hidden, int outputs)
    {
        first = Linear(layout, $"{name}.0", features, hidden);
        second = Linear(layout, $"{name}.2", hidden, outputs);
    }

    public Tensor Forward(ForwardPass pass, Tensor features)
    {
        var s = pass.State;
        var hidden = F.linear(features, s.Parameter(first.Weight), s.Parameter(first.Bias)).relu_();
        return F.linear(hidden, s.Parameter(second.Weight), s.Parameter(second.Bias));
    }

    private static (int Weight, int Bias) Linear(NetworkLayout layout, string name, int inputs, int outputs) => (
        layout.AddParameter($"{name}.weight", Initializer.UniformFanIn(inputs), outputs, inputs),
        layout.AddParameter($"{name}.bias", Initializer.UniformFanIn(inputs), outputs));
}
