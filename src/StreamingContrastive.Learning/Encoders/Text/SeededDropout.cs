using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Encoders.Text;

/// <summary>Dropout whose draws come from the pass: a pure function of seed, step, view and layer, so that nothing of it needs saving.</summary>
/// <param name="share">Share of values that are dropped, 0 to below 1.</param>
internal sealed class SeededDropout(double share)
{
    /// <summary>Drops values of x and scales the others up, so that the mean stays. Without draws, or with a share of 0, x itself.</summary>
    /// <param name="pass">The forward; evaluation has no draws.</param>
    /// <param name="x">Any shape.</param>
    /// <param name="layer">Which dropout of the network it is.</param>
    public Tensor Apply(ForwardPass pass, Tensor x, string layer)
    {
        if (share == 0 || !pass.Training || pass.Draws is not { } draws)
        {
            return x;
        }

        using var generator = new Generator(draws.Of(layer), x.device);
        var kept = empty_like(x, requires_grad: false).bernoulli_(1 - share, generator);
        return x * kept.div_(1 - share);
    }
}
