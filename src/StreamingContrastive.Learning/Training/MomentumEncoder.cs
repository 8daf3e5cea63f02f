using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Momentum;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>The query encoder, which learns, and the key encoder, which follows it and starts as its copy. Owns both states.</summary>
internal sealed class MomentumEncoder : IDisposable
{
    private readonly double momentum;
    private readonly ulong? shuffleSeed;

    /// <param name="encoder">The recipe of both.</param>
    /// <param name="query">First values; owned from now on.</param>
    /// <param name="momentum">m.</param>
    /// <param name="shuffleSeed">Seed of the key batch's permutations; null: keys are encoded in the batch's order.</param>
    public MomentumEncoder(Encoder encoder, NetworkState query, double momentum, ulong? shuffleSeed)
    {
        Encoder = encoder;
        Query = query;
        Key = query.Clone();
        Query.EnableGradients();
        this.momentum = momentum;
        this.shuffleSeed = shuffleSeed;
    }

    public Encoder Encoder { get; }

    public NetworkState Query { get; }

    public NetworkState Key { get; }

    /// <summary>Encodes both views in the order of learning.md 1.1: query, then EMA, then key, so that the keys come from the moved encoder.</summary>
    public (Tensor Query, Tensor Key) Encode(Tensor queryPixels, Tensor keyPixels, long step)
    {
        var q = Encoder.UnitQuery(ForwardPass.Train(Query), queryPixels);
        MomentumUpdate.Apply(Key, Query, momentum);
        using var noGradients = no_grad();
        return (q, EncodeKeys(keyPixels, step));
    }

    public void Dispose()
    {
        Query.Dispose();
        Key.Dispose();
    }

    private Tensor EncodeKeys(Tensor pixels, long step)
    {
        Tensor Encode(Tensor x) => Encoder.UnitProjection(ForwardPass.Train(Key), x);
        return shuffleSeed is { } seed ? KeyShuffle.Around(pixels, KeyShuffle.Permutation(seed, step, (int)pixels.shape[0]), Encode) : Encode(pixels);
    }
}
