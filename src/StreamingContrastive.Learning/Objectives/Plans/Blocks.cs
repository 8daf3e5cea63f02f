using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Plans;

/// <summary>Candidate blocks that plans are made of.</summary>
internal static class Blocks
{
    /// <summary>One positive an anchor: row i of <paramref name="keys"/>, [R, d].</summary>
    public static CandidateBlock Own(Tensor anchors, Tensor keys, ItemMeta rows) => new(
        Origin.Positive,
        keys.unsqueeze(1), // [R, d] -> [R, 1, d]
        (anchors * keys).sum(1, keepdim: true), // [R, 1]
        null,
        null,
        rows);

    /// <summary>Past keys.</summary>
    public static CandidateBlock Queued(Tensor anchors, QueueSnapshot queue) => new(
        Origin.Queue,
        queue.Keys,
        anchors.matmul(queue.Keys.t()), // [R, d] x [d, C] -> [R, C]
        null,
        null,
        queue.Items);

    /// <summary>Vectors of the same batch, [C, d], without those that stand in the positive block or are the anchor itself.</summary>
    /// <param name="anchors">[R, d].</param>
    /// <param name="keys">[C, d].</param>
    /// <param name="own">[R, C] bool: the anchor itself and its own positive.</param>
    /// <param name="columns">Metadata of the keys.</param>
    public static CandidateBlock Batch(Tensor anchors, Tensor keys, Tensor own, ItemMeta columns)
    {
        var cosine = anchors.matmul(keys.t());
        return new(Origin.Batch, keys, cosine, zeros_like(cosine, requires_grad: false).masked_fill(own, double.NegativeInfinity), null, columns);
    }

    /// <summary>Hard negatives that the anchors' records brought for a part, [R, n, d]; null where none of the batch did.</summary>
    public static CandidateBlock? Explicit(Tensor anchors, EncodedPart part) => part is not { Explicit: { } keys, ExplicitPresent: { } present } ? null : new(
        Origin.Explicit,
        keys,
        keys.matmul(anchors.unsqueeze(2)).squeeze(2), // [R, n, d] x [R, d, 1] -> [R, n]
        zeros(present.shape, keys.dtype, keys.device).masked_fill(present.logical_not(), double.NegativeInfinity),
        null,
        null);

    /// <summary>Columns of rows that lack the part join those that are no candidates, [R, C] bool.</summary>
    public static Tensor WithoutMissing(Tensor own, EncodedPart part) => part.Present is { } present ? own.logical_or(present.logical_not().unsqueeze(0)) : own;

    /// <summary>The diagonal, [R, R] bool.</summary>
    public static Tensor Diagonal(Tensor like) => eye(like.shape[0], dtype: ScalarType.Bool, device: like.device);
}
