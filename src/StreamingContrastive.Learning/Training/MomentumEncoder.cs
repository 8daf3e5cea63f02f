using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Momentum;
using StreamingContrastive.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>How a step encodes.</summary>
/// <param name="Encoding">Which encoder sees which view.</param>
/// <param name="Momentum">EMA coefficient.</param>
/// <param name="Step">Completed steps: which permutation a shuffled key batch takes, what dropout draws.</param>
internal readonly record struct EncodingStep(ViewEncoding Encoding, double Momentum, long Step);

/// <summary>Inputs of one part that is present in all of P rows.</summary>
/// <param name="Query">Query views [P, ...].</param>
/// <param name="Key">Key views [P, ...]; null under <see cref="ViewEncoding.QueryOnly"/>.</param>
/// <param name="HardNegatives">Hard negatives that the records brought, [E, ...]; null for none.</param>
internal readonly record struct PartViews(Tensor Query, Tensor? Key, Tensor? HardNegatives);

/// <summary>What a part's encoders need to know of it.</summary>
/// <param name="Name">Name of the part.</param>
/// <param name="Seed">Seed of the key batch's permutations and of dropout.</param>
/// <param name="Normalization">Split: keys are encoded in permuted order.</param>
internal readonly record struct PartNetworks(string Name, ulong Seed, Normalization Normalization);

/// <summary>The query encoder, which learns, and the key encoder, which follows it and starts as its copy. Owns both states.</summary>
internal sealed class MomentumEncoder : IDisposable
{
    private readonly PartNetworks part;

    /// <param name="encoder">The recipe of both.</param>
    /// <param name="query">First values; owned from now on.</param>
    /// <param name="part">Name, seed, normalisation.</param>
    public MomentumEncoder(Encoder encoder, NetworkState query, PartNetworks part)
    {
        Encoder = encoder;
        Query = query;
        Key = query.Clone();
        Query.EnableGradients();
        this.part = part;
    }

    public Encoder Encoder { get; }

    public NetworkState Query { get; }

    public NetworkState Key { get; }

    /// <summary>Whether a row's vector depends on the other rows of its batch.</summary>
    public bool HasBatchStatistics => Encoder.Layout.Buffers.Count > 0;

    /// <summary>
    /// Encodes the views in the order of learning.md 1.1: query, then EMA, then key, so that the keys come from the moved encoder. Hard
    /// negatives [E, d] are encoded together with what they stand beside, by the same network and the same batch statistics.
    /// </summary>
    public (EncodedPart Part, Tensor? HardNegatives) Encode(PartViews views, EncodingStep step)
    {
        if (step.Encoding is ViewEncoding.BothByQuery or ViewEncoding.QueryOnly)
        {
            return EncodeByQuery(views, step);
        }

        var both = step.Encoding == ViewEncoding.BothByBoth;
        var q = Encoder.UnitQuery(Pass(Query, step, "query"), views.Query);
        var swapped = both ? Encoder.UnitQuery(Pass(Query, step, "query.swapped"), views.Key!) : null;
        MomentumUpdate.Apply(Key, Query, step.Momentum);
        using var noGradients = no_grad();
        var (k, hard) = EncodeKeys(views.Key!, views.HardNegatives, step, "key");
        return (new EncodedPart(part.Name, q, k) { Swapped = both ? (swapped!, EncodeKeys(views.Query, null, step, "key.swapped").Keys) : null }, hard);
    }

    public void Dispose()
    {
        Query.Dispose();
        Key.Dispose();
    }

    // One forward of all views, as SimCLR's batch normalisation wants it. The key encoder makes no training forward of its own here, so
    // its running statistics follow the query encoder's at the same pace as its parameters.
    private (EncodedPart Part, Tensor? HardNegatives) EncodeByQuery(PartViews views, EncodingStep step)
    {
        var count = views.Query.shape[0];
        Tensor[] inputs = [views.Query, .. views.Key is { } key ? [key] : Array.Empty<Tensor>(), .. views.HardNegatives is { } hard ? [hard] : Array.Empty<Tensor>()];
        var all = Encoder.UnitProjection(Pass(Query, step, "views"), inputs.Length == 1 ? inputs[0] : cat(inputs, 0)); // [2B, d]
        MomentumUpdate.Apply(Key, Query, step.Momentum);
        MomentumUpdate.ApplyToBuffers(Key, Query, step.Momentum);
        var q = all.narrow(0, 0, count);
        var k = views.Key is null ? q : all.narrow(0, count, count);
        var before = views.Key is null ? count : 2 * count;
        return (new EncodedPart(part.Name, q, k), views.HardNegatives is null ? null : all.narrow(0, before, all.shape[0] - before));
    }

    private (Tensor Keys, Tensor? HardNegatives) EncodeKeys(Tensor keys, Tensor? hardNegatives, EncodingStep step, string forward)
    {
        Tensor Encode(Tensor x) => Encoder.UnitProjection(Pass(Key, step, forward), x);
        var inputs = hardNegatives is null ? keys : cat([keys, hardNegatives], 0);
        // Only pictures have split statistics, so only they are shuffled.
        var all = part.Normalization == Normalization.Split && inputs.dim() == 4
            ? KeyShuffle.Around(inputs, KeyShuffle.Permutation(part.Seed, step.Step, (int)inputs.shape[0]), Encode)
            : Encode(inputs);
        var count = keys.shape[0];
        return hardNegatives is null ? (all, null) : (all.narrow(0, 0, count), all.narrow(0, count, all.shape[0] - count));
    }

    private ForwardPass Pass(NetworkState state, EncodingStep step, string forward) =>
        ForwardPass.Train(state, new ForwardDraws(part.Seed, step.Step, forward));
}
