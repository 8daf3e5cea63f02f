using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Learning.Objectives.AdaptiveWeights;

/// <summary>
/// Weights negatives by how likely an auxiliary network holds them for matches. It is believed only while it orders held-out
/// re-observations of keys better than the cosine does; until then, and in a stream whose keys never come again, all weights are 1.
/// </summary>
public sealed record AdaptiveWeightOptions
{
    /// <summary>Nearest candidates of an anchor that are scored; all others weigh 1. Default 128: scoring all of a queue costs many times the step.</summary>
    [Range(1, 65536)]
    public int Nearest { get; init; } = 128;

    /// <summary>Hidden units of the network. Default 64.</summary>
    [Range(2, 4096)]
    public int Hidden { get; init; } = 64;

    /// <summary>Share of random pairs that are matches, pi, about 1 / number of classes. Default 0.1.</summary>
    [Range(0.0001, 0.99)]
    public double PositivePrior { get; init; } = 0.1;

    /// <summary>Rate of the network's own Adam. Default 0.001.</summary>
    [Range(0.0000001, 1.0)]
    public double LearningRate { get; init; } = 0.001;

    /// <summary>How much similar candidates are preferred, beta. Default 0: not at all.</summary>
    [Range(0.0, 10.0)]
    public double Hardness { get; init; }

    /// <summary>Least weight. Default 0.01.</summary>
    [Range(0.000001, 1.0)]
    public double LeastWeight { get; init; } = 0.01;

    /// <summary>Greatest weight. Default 10.</summary>
    [Range(1.0, 1000.0)]
    public double MostWeight { get; init; } = 10;

    /// <summary>Steps of a window, at whose end the network is held against the cosine. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int WindowSteps { get; init; } = 100;

    /// <summary>Windows in a row without an advantage over the cosine after which all weights are 1 again. Default 3.</summary>
    [Range(1, 1000)]
    public int PatienceWindows { get; init; } = 3;
}
