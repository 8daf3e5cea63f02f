using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>Losses that a pipeline file can name.</summary>
public enum LossKind
{
    /// <summary>InfoNCE over one positive and the queue (MoCo).</summary>
    InfoNce,
}

/// <summary>The composed objective: plan, negatives, policies, loss.</summary>
public sealed record ObjectiveOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "objective";

    /// <summary>Loss. Default InfoNce.</summary>
    public LossKind Loss { get; init; } = LossKind.InfoNce;

    /// <summary>Temperature T. Default 0.1.</summary>
    [Range(0.005, 10.0)]
    public double Temperature { get; init; } = 0.1;

    /// <summary>Past keys in the ring queue, K. Default 4096; need not be a multiple of the batch.</summary>
    [Range(1, 1_048_576)]
    public int QueueCapacityRows { get; init; } = 4096;

    /// <summary>Removes an anchor's own earlier keys (same record id) from its negatives. Default true.</summary>
    public bool MaskSameRecord { get; init; } = true;
}
