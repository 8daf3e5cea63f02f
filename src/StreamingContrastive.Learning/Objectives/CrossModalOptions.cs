using System.ComponentModel.DataAnnotations;
using StreamingContrastive.Learning.Objectives.Losses;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>Values of plan crossModal.</summary>
public sealed record CrossModalOptions
{
    /// <summary>Weight of each part's contrast of its own two views, beside the contrast of different parts, whose weight is 1. Default 0: none.</summary>
    [Range(0.0, 100.0)]
    public double WithinWeight { get; init; }
}

/// <summary>Values of loss clip.</summary>
public sealed record ClipOptions
{
    /// <summary>Factor on cosines at the start, 1 over a temperature; it is learned, up to 100. Default 1/0.07.</summary>
    [Range(0.1, LogitScale.Ceiling)]
    public double Scale { get; init; } = 1 / 0.07;
}

/// <summary>Values of loss sigLip.</summary>
public sealed record SigLipOptions
{
    /// <summary>Factor on cosines at the start; it is learned, up to 100. Default 10.</summary>
    [Range(0.1, LogitScale.Ceiling)]
    public double Scale { get; init; } = 10;

    /// <summary>Bias of logits at the start; it is learned. Default -10: nearly all pairs are negatives.</summary>
    [Range(-100.0, 100.0)]
    public double Bias { get; init; } = -10;
}
