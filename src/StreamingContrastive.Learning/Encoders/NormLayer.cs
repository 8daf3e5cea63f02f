using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>BatchNorm2d or GroupNorm over [N, C, H, W], with torch's state-dict names. Scale starts at 1, shift at 0.</summary>
internal sealed class NormLayer
{
    // Both as in torch and torchvision.
    private const double Epsilon = 1e-5;
    private const double RunningMomentum = 0.1;

    private readonly Normalization kind;
    private readonly int weight;
    private readonly int bias;
    private readonly int runningMean;
    private readonly int runningVariance;
    private readonly int groups;

    public NormLayer(NetworkLayout layout, string name, Normalization kind, int channels)
    {
        this.kind = kind;
        weight = layout.AddParameter($"{name}.weight", Initializer.Constant(1), channels);
        bias = layout.AddParameter($"{name}.bias", Initializer.Constant(0), channels);
        if (kind == Normalization.Batch)
        {
            runningMean = layout.AddBuffer($"{name}.running_mean", 0, channels);
            runningVariance = layout.AddBuffer($"{name}.running_var", 1, channels);
            layout.AddBatchCounter($"{name}.num_batches_tracked");
        }
        else
        {
            groups = GroupCount(channels);
        }
    }

    public Tensor Forward(ForwardPass pass, Tensor x)
    {
        var s = pass.State;
        return kind == Normalization.Batch
            ? F.batch_norm(x, s.Buffer(runningMean), s.Buffer(runningVariance), s.Parameter(weight), s.Parameter(bias), pass.Training, RunningMomentum, Epsilon)
            : F.group_norm(x, groups, s.Parameter(weight), s.Parameter(bias), Epsilon);
    }

    /// <summary>Scale and shift [C] of a frozen BatchNorm; null for GroupNorm, which depends on each picture.</summary>
    public (Tensor Scale, Tensor Shift)? Affine(NetworkState s)
    {
        if (kind != Normalization.Batch)
        {
            return null;
        }

        var scale = s.Parameter(weight) / (s.Buffer(runningVariance) + Epsilon).sqrt();
        return (scale, s.Parameter(bias) - (s.Buffer(runningMean) * scale));
    }

    /// <summary>Most groups, up to 32, that divide the channels and have at least 8 of them each.</summary>
    internal static int GroupCount(int channels)
    {
        for (var count = Math.Min(32, channels / 8); count > 1; count--)
        {
            if (channels % count == 0)
            {
                return count;
            }
        }

        return 1;
    }
}
