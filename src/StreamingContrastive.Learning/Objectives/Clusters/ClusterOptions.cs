using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Learning.Objectives.Clusters;

/// <summary>What becomes of negatives in the anchor's own cluster.</summary>
public enum SameClusterMode
{
    /// <summary>They leave the contrast.</summary>
    Mask,

    /// <summary>They count less.</summary>
    Weight,

    /// <summary>Nothing: clusters only bring hard negatives.</summary>
    Keep,
}

/// <summary>Clusters of momentum keys that say which negatives are false and which are hard. Costs a queue's keys times the centroids whenever these have drifted.</summary>
public sealed record ClusterOptions
{
    /// <summary>Clusters of each part, k. Default 128; a few times the number of classes one expects, and few enough that every batch meets most of them.</summary>
    [Range(2, ClusterIds.MostClusters)]
    public int Count { get; init; } = 128;

    /// <summary>The gate: a part's clusters start once the mean cosine of its batch's keys is at most this. Default 0.4: before it all keys look alike. 1 starts at once.</summary>
    [Range(-1.0, 1.0)]
    public double StartCosine { get; init; } = 0.4;

    /// <summary>Least rate at which a centroid follows its keys, eta_min; before that 1 / updates. Default 0.05: about the last 20 batches.</summary>
    [Range(0.0001, 1.0)]
    public double LeastRate { get; init; } = 0.05;

    /// <summary>Batches after which a cluster without a key begins anew at the key that is farthest from its centroid. Default 50.</summary>
    [Range(1, 1_000_000)]
    public int ReseedAfterSteps { get; init; } = 50;

    /// <summary>Drift of any centroid, 1 - cosine, at which a queue's keys are assigned again. Default 0.05; 0 assigns in every step.</summary>
    [Range(0.0, 2.0)]
    public double Drift { get; init; } = 0.05;

    /// <summary>What becomes of negatives in the anchor's own cluster, by any part. Default Mask.</summary>
    public SameClusterMode SameCluster { get; init; } = SameClusterMode.Mask;

    /// <summary>What they count under sameCluster = weight, rho. Default 0.1.</summary>
    [Range(0.000001, 1.0)]
    public double SameClusterWeight { get; init; } = 0.1;

    /// <summary>Only negatives of so many nearest clusters count, the own one apart. Default 0: all do.</summary>
    [Range(0, ClusterIds.MostClusters)]
    public int Nearest { get; init; }

    /// <summary>Adds the second-nearest centroid as a hard negative. Default true.</summary>
    public bool HardNegative { get; init; } = true;

    /// <summary>Log-weight of that hard negative; 1 lets it count like e negatives. Default 0: like one.</summary>
    [Range(-20.0, 20.0)]
    public double HardNegativeLogWeight { get; init; }

    /// <summary>Weight of the bidirectional margin loss over negatives of the own cluster, 0.0001 in ClusterNS. Default 0: none.</summary>
    [Range(0.0, 100.0)]
    public double MarginWeight { get; init; }

    /// <summary>Alpha of that loss: a false negative should be less similar than the positive by at least this. Default 0.2.</summary>
    [Range(0.0, 2.0)]
    public double MarginLeast { get; init; } = 0.2;

    /// <summary>Beta of that loss: and by at most this. Default 0.5.</summary>
    [Range(0.0, 2.0)]
    public double MarginMost { get; init; } = 0.5;
}
