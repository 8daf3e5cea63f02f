using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Optimization;

/// <summary>
/// AdamW: Loshchilov and Hutter 2019, arXiv 1711.05101, Algorithm 2, with beta1 0.9, beta2 0.999, epsilon 1e-8.
///   p = p (1 - rate decay);  m = b1 m + (1-b1) g;  v = b2 v + (1-b2) g^2;  p = p - rate m / (1-b1^t) / (sqrt(v / (1-b2^t)) + eps)
/// </summary>
internal sealed class AdamWOptimizer(NetworkState network, double weightDecay) : FlatOptimizer(network, ["exp_avg", "exp_avg_sq"])
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    protected override void Update(Tensor parameters, Tensor gradients, double rate)
    {
        var correction1 = 1 - Math.Pow(Beta1, Steps);
        var correction2 = 1 - Math.Pow(Beta2, Steps);
        parameters.mul_(1 - (rate * weightDecay));
        Slot(0).mul_(Beta1).add_(gradients, 1 - Beta1);
        Slot(1).mul_(Beta2).addcmul_(gradients, gradients, 1 - Beta2);
        var denominator = Slot(1).sqrt().div_(Math.Sqrt(correction2)).add_(Epsilon);
        parameters.addcdiv_(Slot(0), denominator, -rate / correction1);
    }
}
