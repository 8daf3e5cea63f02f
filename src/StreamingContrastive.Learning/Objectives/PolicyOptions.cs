using System.ComponentModel.DataAnnotations;
using StreamingContrastive.Learning.Objectives.AdaptiveWeights;
using StreamingContrastive.Learning.Objectives.Clusters;
using StreamingContrastive.Learning.Objectives.Policies;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>Policies on the negatives; each is off unless it is named. Write true for its defaults.</summary>
public sealed record PolicyOptions
{
    /// <summary>Removes keys that are too old.</summary>
    public AgeLimitOptions? AgeLimit { get; init; }

    /// <summary>Encodes the oldest keys of the queue again in every step.</summary>
    public RefreshOptions? Refresh { get; init; }

    /// <summary>Finds false negatives and removes or attracts them.</summary>
    public FalseNegativeOptions? FalseNegatives { get; init; }

    /// <summary>Clusters of momentum keys that find false negatives and bring hard ones. Its parts act at their stages.</summary>
    public ClusterOptions? Clusters { get; init; }

    /// <summary>Keeps the negatives between two percentiles of similarity.</summary>
    public RingOptions? Ring { get; init; }

    /// <summary>Keeps negatives a little less similar than the positive.</summary>
    public SemiHardOptions? SemiHard { get; init; }

    /// <summary>Keeps the most similar negatives.</summary>
    public HardestOptions? Hardest { get; init; }

    /// <summary>Lets keys count less the older they are.</summary>
    public AgeDecayOptions? AgeDecay { get; init; }

    /// <summary>Weights negatives by a learned estimate of how likely they are matches.</summary>
    public AdaptiveWeightOptions? AdaptiveWeights { get; init; }

    /// <summary>Lets the negatives that are left count like a fixed number.</summary>
    public EqCoOptions? EqCo { get; init; }

    /// <summary>Mixes synthetic hard negatives.</summary>
    public MoChiOptions? MoChi { get; init; }

    /// <summary>What hard negatives count that records bring or refer to (input:parts:N:hardNegatives, input:references). Left out: like any other.</summary>
    public HardNegativeOptions? HardNegatives { get; init; }
}

/// <summary>Removes keys that are too old.</summary>
public sealed record AgeLimitOptions
{
    /// <summary>Greatest age in optimizer steps; 0 for no such limit. Default 1,000.</summary>
    [Range(0, 1_000_000_000)]
    public int Steps { get; init; } = 1000;

    /// <summary>Greatest age in event time, before the newest record of the batch; 0s for no such limit. Default 0s.</summary>
    public TimeSpan EventTime { get; init; } = TimeSpan.Zero;
}

/// <summary>Encodes the oldest keys of the queue again in every step.</summary>
public sealed record RefreshOptions
{
    /// <summary>Keys a step. Default 32: one further forward of so many pictures, and their pixels in memory and checkpoint.</summary>
    [Range(1, 65536)]
    public int RowsPerStep { get; init; } = 32;
}

/// <summary>Finds false negatives and removes or attracts them.</summary>
public sealed record FalseNegativeOptions
{
    /// <summary>What becomes of them. Default Eliminate; attract needs the loss supCon.</summary>
    public FalseNegativeMode Mode { get; init; } = FalseNegativeMode.Eliminate;

    /// <summary>Cosine to the anchor's views that must be exceeded. Default 0.7.</summary>
    [Range(-1.0, 1.0)]
    public double Threshold { get; init; } = 0.7;

    /// <summary>Most detections an anchor. Default 10.</summary>
    [Range(1, 65536)]
    public int Top { get; init; } = 10;

    /// <summary>Newest queued keys of the anchor's record that count as its views; each costs one more similarity matrix. Default 1.</summary>
    [Range(0, 16)]
    public int QueuedSupport { get; init; } = 1;
}

/// <summary>Keeps the negatives between two percentiles of similarity.</summary>
public sealed record RingOptions
{
    /// <summary>Lower percentile at the start, 0 to 1. Default 0.5.</summary>
    [Range(0.0, 1.0)]
    public double Lower { get; init; } = 0.5;

    /// <summary>Upper percentile, 0 to 1: the guard against false negatives. Default 0.9.</summary>
    [Range(0.0, 1.0)]
    public double Upper { get; init; } = 0.9;

    /// <summary>Lower percentile after annealing. Default 0.5, like lower: no annealing.</summary>
    [Range(0.0, 1.0)]
    public double LowerEnd { get; init; } = 0.5;

    /// <summary>Steps over which the lower percentile rises. Default 0.</summary>
    [Range(0, 1_000_000_000)]
    public int AnnealSteps { get; init; }
}

/// <summary>Keeps negatives a little less similar than the positive.</summary>
public sealed record SemiHardOptions
{
    /// <summary>Greatest difference of cosines. Default 0.2.</summary>
    [Range(0.001, 2.0)]
    public double Margin { get; init; } = 0.2;
}

/// <summary>Keeps the most similar negatives.</summary>
public sealed record HardestOptions
{
    /// <summary>How many an anchor. Default 1024.</summary>
    [Range(1, 1_048_576)]
    public int Count { get; init; } = 1024;
}

/// <summary>Lets keys count less the older they are.</summary>
public sealed record AgeDecayOptions
{
    /// <summary>Age in optimizer steps at which a key counts half. Default 100.</summary>
    [Range(0.01, 1e9)]
    public double HalfLifeSteps { get; init; } = 100;
}

/// <summary>Lets the negatives that are left count like a fixed number.</summary>
public sealed record EqCoOptions
{
    /// <summary>The number. Default 65536.</summary>
    [Range(1, 1_000_000_000)]
    public int Target { get; init; } = 65536;
}

/// <summary>Mixes synthetic hard negatives.</summary>
public sealed record MoChiOptions
{
    /// <summary>Most similar negatives of an anchor that are mixed, N. Default 256.</summary>
    [Range(2, 65536)]
    public int Hardest { get; init; } = 256;

    /// <summary>Mixes of two negatives an anchor, s. Default 64.</summary>
    [Range(0, 65536)]
    public int Mixed { get; init; } = 64;

    /// <summary>Mixes of a negative with the query an anchor, s'. Default 32.</summary>
    [Range(0, 65536)]
    public int MixedWithQuery { get; init; } = 32;

    /// <summary>First step that mixes. Default 100: before it the hardest negatives are noise.</summary>
    [Range(0, 1_000_000_000)]
    public int StartStep { get; init; } = 100;
}

/// <summary>What hard negatives count that records bring or refer to.</summary>
public sealed record HardNegativeOptions
{
    /// <summary>Added to their logits, ln of how many ordinary negatives one counts for; 0 lets them count like any other. Default 1.</summary>
    [Range(0.0, 20.0)]
    public double LogWeight { get; init; } = 1;

    /// <summary>Contrasts a record with its own hard negatives alone, without queue and batch. Default false.</summary>
    public bool Alone { get; init; }
}
