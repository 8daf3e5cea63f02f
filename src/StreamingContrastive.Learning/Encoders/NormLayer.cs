using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>How layers are normalised.</summary>
/// <param name="Kind">The layer.</param>
/// <param name="Splits">Parts of a batch with statistics of their own; only with <see cref="Normalization.Split"/>.</param>
internal readonly record struct NormSettings(Normalization Kind, int Splits)
{
    public static NormSettings Of(EncoderOptions options) => new(options.Normalization, options.NormalizationSplits);
}

/// <summary>BatchNorm, GroupNorm or split BatchNorm over [N, C, H, W] or [N, C], with torch's state-dict names. Scale starts at 1, shift at 0.</summary>
internal sealed class NormLayer
{
    // Both as in torch and torchvision.
    private const double Epsilon = 1e-5;
    private const double RunningMomentum = 0.1;

    private readonly NormSettings settings;
    private readonly int weight;
    private readonly int bias;
    private readonly int runningMean;
    private readonly int runningVariance;
    private readonly int groups;

    public NormLayer(NetworkLayout layout, string name, NormSettings settings, int channels)
    {
        this.settings = settings;
        weight = layout.AddParameter($"{name}.weight", Initializer.Constant(1), channels);
        bias = layout.AddParameter($"{name}.bias", Initializer.Constant(0), channels);
        if (settings.Kind == Normalization.Group)
        {
            groups = GroupCount(channels);
            return;
        }

        runningMean = layout.AddBuffer($"{name}.running_mean", 0, channels);
        runningVariance = layout.AddBuffer($"{name}.running_var", 1, channels);
        layout.AddBatchCounter($"{name}.num_batches_tracked");
    }

    public Tensor Forward(ForwardPass pass, Tensor x)
    {
        var s = pass.State;
        if (settings.Kind == Normalization.Group)
        {
            return F.group_norm(x, groups, s.Parameter(weight), s.Parameter(bias), Epsilon);
        }

        return pass.Training && settings.Kind == Normalization.Split
            ? Split(s, x)
            : BatchNorm(s, x, s.Buffer(runningMean), s.Buffer(runningVariance), pass.Training);
    }

    /// <summary>Scale and shift [C] of a frozen BatchNorm, split or not; null for GroupNorm, which depends on each picture.</summary>
    public (Tensor Scale, Tensor Shift)? Affine(NetworkState s)
    {
        if (settings.Kind == Normalization.Group)
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

    private Tensor Split(NetworkState s, Tensor x) => SplitBatchNorm.Forward(
        x, SplitBatchNorm.Bounds(x.shape[0], settings.Splits), s.Buffer(runningMean), s.Buffer(runningVariance), (part, mean, variance) => BatchNorm(s, part, mean, variance, training: true));

    private Tensor BatchNorm(NetworkState s, Tensor x, Tensor mean, Tensor variance, bool training) =>
        F.batch_norm(x, mean, variance, s.Parameter(weight), s.Parameter(bias), training, RunningMomentum, Epsilon);
}
