using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Losses;

/// <summary>
/// A learned factor on cosines, t = exp(log_scale), and optionally a learned bias. ln t is what is learned, so that t stays above 0; it is
/// clamped at ln 100 (Radford et al. 2021, arXiv 2103.00020, section 2.5).
/// </summary>
internal sealed class LogitScale
{
    /// <summary>Greatest t.</summary>
    public const double Ceiling = 100;

    private readonly int scale;
    private readonly int? bias;
    private NetworkState? values;

    /// <param name="initialScale">t of the first step, above 0 and at most <see cref="Ceiling"/>.</param>
    /// <param name="initialBias">b of the first step; null: no bias.</param>
    public LogitScale(double initialScale, double? initialBias)
    {
        if (initialScale is not (> 0 and <= Ceiling))
        {
            throw new ArgumentOutOfRangeException(nameof(initialScale), initialScale, $"The scale of cosines must be above 0 and at most {Ceiling}; 14.2857 (a temperature of 0.07) is CLIP's start, 10 SigLIP's.");
        }

        scale = Layout.AddParameter("log_scale", Initializer.Constant(Math.Log(initialScale)), 1);
        bias = initialBias is { } b ? Layout.AddParameter("bias", Initializer.Constant(b), 1) : null;
    }

    public NetworkLayout Layout { get; } = new();

    private NetworkState Values => values ?? throw new InvalidOperationException("The loss has no values yet: bind a state of its layout before the first forward.");

    public void Bind(NetworkState state) => values = state;

    /// <summary>t s + b of cosines of any shape, with gradient to all three.</summary>
    public Tensor Logits(Tensor cosine)
    {
        var logits = cosine * Values.Parameter(scale).exp();
        return bias is { } b ? logits + Values.Parameter(b) : logits;
    }

    public void Clamp()
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        Values.Parameter(scale).clamp_(max: Math.Log(Ceiling));
    }

    public LossScale Read()
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return new LossScale(Value(Values.Parameter(scale).exp()), bias is { } b ? Value(Values.Parameter(b)) : null);
    }

    private static double Value(Tensor one) => one.to(ScalarType.Float64).cpu().item<double>();
}
