using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Momentum;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>The query encoder, which learns, and the key encoder, which follows it and starts as its copy. Owns both states.</summary>
internal sealed class MomentumEncoder : IDisposable
{
    private readonly double momentum;

    public MomentumEncoder(Encoder encoder, NetworkState query, double momentum)
    {
        Encoder = encoder;
        Query = query;
        Key = query.Clone();
        Query.EnableGradients();
        this.momentum = momentum;
    }

    public Encoder Encoder { get; }

    public NetworkState Query { get; }

    public NetworkState Key { get; }

    /// <summary>Encodes both views in the order of learning.md 1.1: query, then EMA, then key, so that the keys come from the moved encoder.</summary>
    public (Tensor Query, Tensor Key) Encode(Tensor queryPixels, Tensor keyPixels)
    {
        var q = Encoder.UnitProjection(ForwardPass.Train(Query), queryPixels);
        MomentumUpdate.Apply(Key, Query, momentum);
        using var noGradients = no_grad();
        return (q, Encoder.UnitProjection(ForwardPass.Train(Key), keyPixels));
    }

    public void Dispose()
    {
        Query.Dispose();
        Key.Dispose();
    }
}
