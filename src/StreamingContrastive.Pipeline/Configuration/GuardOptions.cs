using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Pipeline.Configuration;

/// <summary>
/// Guards of the trainer: batches whose loss or gradient is not finite, and encoders that collapse. Both end in one recovery path: a
/// new lineage epoch at the last healthy checkpoint, with a lower learning rate.
/// </summary>
public sealed record GuardOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "guards";

    /// <summary>
    /// Batches in a row with a loss or gradient that is NaN or infinite before the weights are blamed and the last healthy checkpoint is
    /// restored. Fewer, and the batch is blamed: its records go to the dead letters. Default 3.
    /// </summary>
    [Range(1, 100)]
    public int NonFiniteInARow { get; init; } = 3;

    /// <summary>Watches for representation collapse. Default true.</summary>
    public bool Collapse { get; init; } = true;

    /// <summary>Measures in a row (one every output:metricsEverySteps) that must show a collapse. Default 5.</summary>
    [Range(1, 1000)]
    public int CollapseWindows { get; init; } = 5;

    /// <summary>Steps of the lineage before which no collapse is seen: a young encoder may look like anything. Default 500.</summary>
    [Range(0, 100_000_000)]
    public int CollapseWarmupSteps { get; init; } = 500;

    /// <summary>Factor on the learning rate at each restore. Default 0.5.</summary>
    [Range(0.01, 0.99)]
    public double RateFactor { get; init; } = 0.5;

    /// <summary>Restores without a healthy checkpoint since, after which the pipeline stops with exit code 1. 0 stops at the first. Default 3.</summary>
    [Range(0, 100)]
    public int MaxAttempts { get; init; } = 3;
}
