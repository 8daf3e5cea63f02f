using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.AdaptiveWeights;

/// <summary>Adam (Kingma and Ba 2015, arXiv 1412.6980, Algorithm 1) on one flat tensor, beta1 0.9, beta2 0.999, epsilon 1e-8, in place.</summary>
internal static class AdamStep
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    /// <summary>One step. All tensors are [n] and change, the gradient apart.</summary>
    /// <param name="parameters">Parameters.</param>
    /// <param name="gradient">Their gradient.</param>
    /// <param name="mean">First moment.</param>
    /// <param name="square">Second moment.</param>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="rate">Learning rate.</param>
    public static void Apply(Tensor parameters, Tensor gradient, Tensor mean, Tensor square, long step, double rate)
    {
        using var scope = NewDisposeScope();
        mean.mul_(Beta1).add_(gradient, 1 - Beta1);
        square.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
        var denominator = square.sqrt().div_(Math.Sqrt(1 - Math.Pow(Beta2, step))).add_(Epsilon);
        parameters.addcdiv_(mean, denominator, -rate / (1 - Math.Pow(Beta1, step)));
    }
}
