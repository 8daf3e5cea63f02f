namespace StreamingContrastive.Learning.Encoders;

/// <summary>Which values a forward uses and how normalisation behaves.</summary>
/// <param name="State">The network's values.</param>
/// <param name="Training">Batch statistics (which also move the running ones) instead of running statistics.</param>
/// <param name="Folded">Normalisation folded into the convolutions; only with <paramref name="Training"/> false.</param>
internal readonly record struct ForwardPass(NetworkState State, bool Training, FoldedNetwork? Folded)
{
    /// <summary>What dropout draws from; null: nothing is dropped.</summary>
    public ForwardDraws? Draws { get; init; }

    public static ForwardPass Train(NetworkState state) => new(state, true, null);

    public static ForwardPass Train(NetworkState state, ForwardDraws draws) => new(state, true, null) { Draws = draws };

    public static ForwardPass Evaluate(NetworkState state) => new(state, false, null);

    public static ForwardPass Evaluate(FrozenNetwork frozen) => new(frozen.State, false, frozen.Folded);
}
