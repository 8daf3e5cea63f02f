using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Momentum;

/// <summary>
/// The exponential moving average that moves the key encoder: theta_k = m theta_k + (1 - m) theta_q
/// (He et al. 2020, arXiv 1911.05722, Eq. 2). Parameters only: BatchNorm's running statistics are never averaged, they follow from
/// the key encoder's own training forwards.
/// </summary>
internal static class MomentumUpdate
{
    /// <summary>Moves <paramref name="key"/> towards <paramref name="query"/> in place; m = 1 freezes it, m = 0 copies.</summary>
    public static void Apply(NetworkState key, NetworkState query, double momentum)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        key.Flat.mul_(momentum).add_(query.Flat, 1 - momentum);
    }

    /// <summary>Moves the running statistics alike, for a key encoder that makes no training forward of its own.</summary>
    public static void ApplyToBuffers(NetworkState key, NetworkState query, double momentum)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        key.FlatBuffers.mul_(momentum).add_(query.FlatBuffers, 1 - momentum);
        key.BatchesTracked = query.BatchesTracked;
    }
}
