using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Momentum;
using StreamingContrastive.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>The query encoder, which learns, and the key encoder, which follows it and starts as its copy. Owns both states.</summary>
internal sealed class MomentumEncoder : IDisposable
{
    public MomentumEncoder(Encoder encoder, NetworkState query)
    {
        Encoder = encoder;
        Query = query;
        Key = query.Clone();
        Query.EnableGradients();
    }

    public Encoder Encoder { get; }

    public NetworkState Query { get; }

    public NetworkState Key { get; }

    /// <summary>Encodes the views in the order of learning.md 1.1: query, then EMA, then key, so that the keys come from the moved encoder.</summary>
    public Encoded Encode(Tensor queryPixels, Tensor keyPixels, ItemMeta rows, ViewEncoding encoding, double momentum)
    {
        if (encoding == ViewEncoding.BothByQuery)
        {
            return EncodeByQuery(queryPixels, keyPixels, rows, momentum);
        }

        var both = encoding == ViewEncoding.BothByBoth;
        var q = Encoder.UnitProjection(ForwardPass.Train(Query), queryPixels);
        var swapped = both ? Encoder.UnitProjection(ForwardPass.Train(Query), keyPixels) : null;
        MomentumUpdate.Apply(Key, Query, momentum);
        using var noGradients = no_grad();
        var k = Encoder.UnitProjection(ForwardPass.Train(Key), keyPixels);
        return new Encoded(q, k, rows) { Swapped = both ? (swapped!, Encoder.UnitProjection(ForwardPass.Train(Key), queryPixels)) : null };
    }

    // One forward of all views, as SimCLR's batch normalisation wants it. The key encoder makes no training forward of its own here, so
    // its running statistics follow the query encoder's at the same pace as its parameters.
    private Encoded EncodeByQuery(Tensor queryPixels, Tensor keyPixels, ItemMeta rows, double momentum)
    {
        var count = queryPixels.shape[0];
        var views = Encoder.UnitProjection(ForwardPass.Train(Query), cat([queryPixels, keyPixels], 0)); // [2B, d]
        MomentumUpdate.Apply(Key, Query, momentum);
        MomentumUpdate.ApplyToBuffers(Key, Query, momentum);
        return new Encoded(views.narrow(0, 0, count), views.narrow(0, count, count), rows);
    }

    public void Dispose()
    {
        Query.Dispose();
        Key.Dispose();
    }
}
