using System.Collections.Immutable;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Plans;

/// <summary>Directions of anchors with gradient against keys without.</summary>
internal static class KeyDirections
{
    /// <summary>The queries of one part against the keys of another, or of itself.</summary>
    /// <param name="encoded">The batch.</param>
    /// <param name="anchor">Index of the anchors' part.</param>
    /// <param name="candidate">Index of the candidates' part.</param>
    /// <param name="queue">The candidates' queue before this step.</param>
    /// <param name="source">Where negatives come from.</param>
    /// <param name="weight">Share in the loss.</param>
    public static Direction Between(Encoded encoded, int anchor, int candidate, QueueSnapshot queue, NegativeSource source, double weight)
    {
        var (own, other) = (encoded.Parts[anchor], encoded.Parts[candidate]);
        // The anchor's own momentum key is its other view in the common space; within a part that is the positive, and the anchor stands in.
        var otherView = anchor == candidate ? own.Query.detach() : own.Key;
        return Between($"{own.Part}-{other.Part}", (own.Query, other.Key), otherView, encoded.Rows, queue, source, other) with
        {
            Weight = weight,
            AnchorPart = anchor,
            CandidatePart = candidate,
            Valid = PartPairs.Valid(own, other),
        };
    }

    /// <summary>Anchors against given keys of a part, and negatives of a source.</summary>
    /// <param name="name">Name of the direction.</param>
    /// <param name="pair">Anchors [B, d] with gradient and their keys [B, d].</param>
    /// <param name="otherView">The other own view for the support, [B, d] without gradient.</param>
    /// <param name="rows">Metadata of the batch.</param>
    /// <param name="queue">The queue before this step.</param>
    /// <param name="source">Where negatives come from.</param>
    /// <param name="part">The keys' part.</param>
    public static Direction Between(string name, (Tensor Anchors, Tensor Keys) pair, Tensor otherView, ItemMeta rows, QueueSnapshot queue, NegativeSource source, EncodedPart part)
    {
        var (q, k) = pair;
        var blocks = ImmutableArray.CreateBuilder<CandidateBlock>(4);
        blocks.Add(Blocks.Own(q, k, rows));
        if (source != NegativeSource.Batch)
        {
            blocks.Add(Blocks.Queued(q, queue));
        }

        if (source != NegativeSource.Queue)
        {
            blocks.Add(Blocks.Batch(q, k, Blocks.WithoutMissing(Blocks.Diagonal(q), part), rows));
        }

        if (Blocks.Explicit(q, part) is { } hard)
        {
            blocks.Add(hard);
        }

        return new Direction(name, q, rows, blocks.ToImmutable(), 1.0) { Support = [k, otherView], Valid = part.Present };
    }
}
