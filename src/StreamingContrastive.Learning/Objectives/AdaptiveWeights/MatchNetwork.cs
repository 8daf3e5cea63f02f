using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Objectives.AdaptiveWeights;

/// <summary>
/// The auxiliary network (learning.md 1.11 b): g(a, b) = v . relu(W [|a - b|, a * b] + c) + e, p = sigmoid(g), over pairs of unit vectors.
/// Symmetric in the pair. Its parameters are one flat tensor, so that they are one entry of a checkpoint and one step of an optimizer.
/// Pure functions; gradient flows to the parameters alone, as the vectors come detached.
/// </summary>
/// <param name="dimension">d.</param>
/// <param name="hidden">Hidden units.</param>
internal sealed class MatchNetwork(int dimension, int hidden)
{
    // How steeply and from where on the first network, which is the cosine, calls a pair a match.
    private const double FirstScale = 10;
    private const double FirstOffset = -7;

    /// <summary>Length of the parameters: W [h, 2d], c [h], v [h], e [1].</summary>
    public long ParameterCount => (hidden * 2L * dimension) + (2L * hidden) + 1;

    /// <summary>
    /// First parameters, [n] float64 on the host: a scaled cosine through two of the hidden units, the others random and not yet heard.
    /// A network that starts as the cosine can be judged against it from the first window on.
    /// </summary>
    public Tensor Initial(ulong seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed);
        var width = 2L * dimension;
        var first = (rand(hidden, width, ScalarType.Float64, generator: generator) - 0.5) * (2 / Math.Sqrt(width));
        var parameters = zeros(ParameterCount, ScalarType.Float64);
        var (w, _, v, e) = Views(parameters);
        w.copy_(first);
        w.narrow(0, 0, 2).zero_();
        w[0].narrow(0, dimension, dimension).fill_(1);
        w[1].narrow(0, dimension, dimension).fill_(-1);
        v[0].fill_(FirstScale);
        v[1].fill_(-FirstScale);
        e.fill_(FirstOffset);
        return parameters.MoveToOuterDisposeScope();
    }

    /// <summary>g of pairs, [...]: any shapes [..., d] that broadcast.</summary>
    public Tensor Logit(Tensor parameters, Tensor left, Tensor right)
    {
        using var scope = NewDisposeScope();
        var (w, c, v, e) = Views(parameters);
        // Two products instead of one over a concatenation, which would be the largest tensor of the step.
        var h = F.linear((left - right).abs_(), w.narrow(1, 0, dimension), c).add_(F.linear(left * right, w.narrow(1, dimension, dimension)));
        return (F.relu(h).matmul(v) + e).MoveToOuterDisposeScope();
    }

    private (Tensor W, Tensor C, Tensor V, Tensor E) Views(Tensor parameters)
    {
        var weights = hidden * 2L * dimension;
        return (
            parameters.narrow(0, 0, weights).view(hidden, 2L * dimension),
            parameters.narrow(0, weights, hidden),
            parameters.narrow(0, weights + hidden, hidden),
            parameters.narrow(0, weights + (2L * hidden), 1));
    }
}
