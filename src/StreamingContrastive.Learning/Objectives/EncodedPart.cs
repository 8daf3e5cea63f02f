using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>One part (modality) of the encoded batch. Rows of records that lack the part are zeros and marked in <see cref="Present"/>.</summary>
/// <param name="Part">Name of the part.</param>
/// <param name="Query">Unit rows [B, d]: the query view by the query encoder, with gradient.</param>
/// <param name="Key">Unit rows [B, d]: the key view, by the key encoder without gradient; under <see cref="ViewEncoding.BothByQuery"/> by the query encoder with gradient.</param>
internal sealed record EncodedPart(string Part, Tensor Query, Tensor Key)
{
    /// <summary>Which rows have the part, [B] bool; null: all.</summary>
    public Tensor? Present { get; init; }

    /// <summary>The same as row numbers in order, [P] int64; null: all.</summary>
    public Tensor? PresentRows { get; init; }

    /// <summary>Hard negatives of this part that the records brought, unit rows [B, n, d] by the network that encodes keys; null where the pipeline takes none, or none of the batch came with any.</summary>
    public Tensor? Explicit { get; init; }

    /// <summary>Which of them there are, [B, n] bool; null with <see cref="Explicit"/>.</summary>
    public Tensor? ExplicitPresent { get; init; }

    /// <summary>The views the other way round, only under <see cref="ViewEncoding.BothByBoth"/>: key view by the query encoder, query view by the key encoder.</summary>
    public (Tensor Query, Tensor Key)? Swapped { get; init; }
}
