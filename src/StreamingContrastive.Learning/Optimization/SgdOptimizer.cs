using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Optimization;

/// <summary>SGD with momentum 0.9 and coupled weight decay, as torch does it: b = 0.9 b + (g + decay p); p = p - rate b.</summary>
internal sealed class SgdOptimizer(NetworkState network, double weightDecay) : FlatOptimizer(network, ["momentum_buffer"])
{
    private const double Momentum = 0.9;

    protected override void Update(Tensor parameters, Tensor gradients, double rate)
    {
        Slot(0).mul_(Momentum).add_(gradients).add_(parameters, weightDecay);
        parameters.add_(Slot(0), -rate);
    }
}
