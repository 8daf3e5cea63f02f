using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Momentum;
using StreamingContrastive.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>How a step encodes.</summary>
/// <param name="Encoding">Which encoder sees which view.</param>
/// <param name="Momentum">EMA coefficient.</param>
/// <param name="Step">Completed steps: which permutation a shuffled key batch takes.</param>
internal readonly record struct EncodingStep(ViewEncoding Encoding, double Momentum, long Step);

/// <summary>The query encoder, which learns, and the key encoder, which follows it and starts as its copy. Owns both states.</summary>
internal sealed class MomentumEncoder : IDisposable
{
    private readonly ulong? shuffleSeed;

    /// <param name="encoder">The recipe of both.</param>
    /// <param name="query">First values; owned from now on.</param>
    /// <param name="shuffleSeed">Seed of the key batch's permutations; null: keys are encoded in the batch's order.</param>
    public MomentumEncoder(Encoder encoder, NetworkState query, ulong? shuffleSeed)
    {
        Encoder = encoder;
        Query = query;
        Key = query.Clone();
        Query.EnableGradients();
        this.shuffleSeed = shuffleSeed;
    }

    public Encoder Encoder { get; }

    public NetworkState Query { get; }

    public NetworkState Key { get; }

    /// <summary>Encodes the views in the order of learning.md 1.1: query, then EMA, then key, so that the keys come from the moved encoder.</summary>
    public EncodedPart Encode(Tensor queryPixels, Tensor keyPixels, EncodingStep step)
    {
        if (step.Encoding == ViewEncoding.BothByQuery)
        {
            return EncodeByQuery(queryPixels, keyPixels, step.Momentum);
        }

        var both = step.Encoding == ViewEncoding.BothByBoth;
        var q = Encoder.UnitQuery(ForwardPass.Train(Query), queryPixels);
        var swapped = both ? Encoder.UnitQuery(ForwardPass.Train(Query), keyPixels) : null;
        MomentumUpdate.Apply(Key, Query, step.Momentum);
        using var noGradients = no_grad();
        var k = EncodeKeys(keyPixels, step.Step);
        return new EncodedPart("picture", q, k) { Swapped = both ? (swapped!, EncodeKeys(queryPixels, step.Step)) : null };
    }

    // One forward of all views, as SimCLR's batch normalisation wants it. The key encoder makes no training forward of its own here, so
    // its running statistics follow the query encoder's at the same pace as its parameters.
    private EncodedPart EncodeByQuery(Tensor queryPixels, Tensor keyPixels, double momentum)
    {
        var count = queryPixels.shape[0];
        var views = Encoder.UnitProjection(ForwardPass.Train(Query), cat([queryPixels, keyPixels], 0)); // [2B, d]
        MomentumUpdate.Apply(Key, Query, momentum);
        MomentumUpdate.ApplyToBuffers(Key, Query, momentum);
        return new EncodedPart("picture", views.narrow(0, 0, count), views.narrow(0, count, count));
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
