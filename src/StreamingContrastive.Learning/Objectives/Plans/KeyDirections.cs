using System.Collections.Immutable;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Plans;

/// <summary>Directions of anchors with gradient against keys without.</summary>
internal static class KeyDirections
{
    /// <summary>Anchors against their own keys, and negatives of a source.</summary>
    /// <param name="name">Name of the direction.</param>
    /// <param name="pair">Anchors [B, d] with gradient and their keys [B, d].</param>
    /// <param name="otherView">The other own view for the support, [B, d] without gradient.</param>
    /// <param name="rows">Metadata of the batch.</param>
    /// <param name="queue">The queue before this step.</param>
    /// <param name="source">Where negatives come from.</param>
    public static Direction Between(string name, (Tensor Anchors, Tensor Keys) pair, Tensor otherView, ItemMeta rows, QueueSnapshot queue, NegativeSource source)
    {
        var (q, k) = pair;
        var blocks = ImmutableArray.CreateBuilder<CandidateBlock>(3);
        blocks.Add(Blocks.Own(q, k, rows));
        if (source != NegativeSource.Batch)
        {
            blocks.Add(Blocks.Queued(q, queue));
        }

        if (source != NegativeSource.Queue)
        {
            blocks.Add(Blocks.Batch(q, k, Blocks.Diagonal(q), rows));
        }

        return new Direction(name, q, rows, blocks.ToImmutable(), 1.0) { Support = [k, otherView] };
    }
}
