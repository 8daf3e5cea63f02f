using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.AdaptiveWeights;

/// <summary>What a trainer's estimator of matches holds of pairs of projections, as it is at the call: for an evaluation. On the trainer's thread; it goes with the trainer.</summary>
public sealed class MatchScores
{
    private const int PairsAtOnce = 4096;

    private readonly MatchEstimator estimator;

    internal MatchScores(MatchEstimator estimator) => this.estimator = estimator;

    /// <summary>Whether its weights are in use.</summary>
    public bool IsTrusted => estimator.IsTrusted;

    /// <summary>Probability of a match, p, of every pair.</summary>
    /// <param name="left">[pairs x dimension] unit projections of the key encoder.</param>
    /// <param name="right">Those that they are paired with.</param>
    /// <param name="dimension">Dimension of a projection.</param>
    /// <param name="destination">[pairs].</param>
    /// <exception cref="ArgumentException">The three are not of the same pairs.</exception>
    public void Probabilities(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int dimension, Span<double> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (left.Length != right.Length || left.Length != (long)destination.Length * dimension)
        {
            throw new ArgumentException($"{destination.Length} pairs of dimension {dimension} need {(long)destination.Length * dimension} floats a side, but there are {left.Length} and {right.Length}.", nameof(left));
        }

        using var noGradients = no_grad();
        for (var first = 0; first < destination.Length; first += PairsAtOnce)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(PairsAtOnce, destination.Length - first);
            var p = estimator.Probability(Rows(left, first, count, dimension), Rows(right, first, count, dimension));
            p.to(ScalarType.Float64).cpu().data<double>().CopyTo(destination.Slice(first, count));
        }
    }

    private static Tensor Rows(ReadOnlySpan<float> values, int first, int count, int dimension) =>
        tensor(values.Slice(first * dimension, count * dimension).ToArray(), count, dimension);
}
