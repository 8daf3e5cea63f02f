using System.Collections.Immutable;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>Where candidates come from.</summary>
internal enum Origin
{
    /// <summary>The anchor's own positives, one block of [R, n, d].</summary>
    Positive,

    /// <summary>Past keys.</summary>
    Queue,

    /// <summary>Other items of the same batch; with those that stand beside them (<see cref="Explicit"/>) the only origin whose keys may carry gradient.</summary>
    Batch,

    /// <summary>Hard negatives that the record brought along, [R, n, d]; policies that rank leave them alone.</summary>
    Explicit,

    /// <summary>Made by a policy.</summary>
    Synthetic,
}

/// <summary>Candidates of one origin for all R anchors of a direction. Owns no tensor.</summary>
/// <param name="Origin">Where they come from.</param>
/// <param name="Keys">Unit rows, [C, d] shared by all anchors or [R, n, d] a row each.</param>
/// <param name="Cosine">Similarities, [R, C] or [R, n], computed once.</param>
/// <param name="LogWeight">Same shape: 0 neutral, -inf removed. Null is neutral everywhere, and costs nothing.</param>
/// <param name="Positive">Same shape, 0..1. Null: all positive for <see cref="Origin.Positive"/>, else all negative.</param>
/// <param name="Columns">Metadata of the candidates; null where they have none (synthetic).</param>
internal sealed record CandidateBlock(Origin Origin, Tensor Keys, Tensor Cosine, Tensor? LogWeight, Tensor? Positive, ItemMeta? Columns)
{
    /// <summary>Candidates an anchor has in this block.</summary>
    public long Count => Cosine.shape[1];
}

/// <summary>One contrast: anchors against blocks of candidates. A symmetric objective has two of them.</summary>
/// <param name="Name">Name in metrics and descriptions.</param>
/// <param name="Anchors">Unit rows [R, d] with gradient.</param>
/// <param name="Rows">Metadata of the anchors.</param>
/// <param name="Blocks">Candidates; exactly one block of origin Positive.</param>
/// <param name="Weight">Share in the loss.</param>
internal sealed record Direction(string Name, Tensor Anchors, ItemMeta Rows, ImmutableArray<CandidateBlock> Blocks, double Weight)
{
    /// <summary>Unit rows [R, d] of the anchors' own views without gradient, momentum features where there are any: what a candidate is held against to find out that it is a false negative.</summary>
    public ImmutableArray<Tensor> Support { get; init; } = [];

    /// <summary>The blocks as the policies got them, positives marked: what they removed shows beside <see cref="Blocks"/>. Policies keep the order and only append.</summary>
    public ImmutableArray<CandidateBlock> Offered { get; init; } = [];

    /// <summary>Index of the part that the anchors are of, in <see cref="Encoded.Parts"/>.</summary>
    public int AnchorPart { get; init; }

    /// <summary>Index of the part that the candidates are of: whose keys are positives, whose queue brings negatives.</summary>
    public int CandidatePart { get; init; }

    /// <summary>Anchors that take part, [R] bool: a record that lacks one of the two parts does not. Null: all.</summary>
    public Tensor? Valid { get; init; }

    /// <summary>Ids of the records that the anchors' records name as hard negatives, [R, m] int64, 0 for none; null where the pipeline takes none.</summary>
    public Tensor? References { get; init; }

    /// <summary>The block of the anchors' own positives.</summary>
    public CandidateBlock PositiveBlock => Blocks.Single(block => block.Origin == Origin.Positive);

    /// <summary>All other blocks that have any candidate. Some of their candidates may be marked as positives.</summary>
    public IEnumerable<CandidateBlock> NegativeBlocks => Blocks.Where(block => block.Origin != Origin.Positive && block.Count > 0);
}
