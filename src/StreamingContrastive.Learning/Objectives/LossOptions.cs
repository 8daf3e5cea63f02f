using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>Values of loss dcl.</summary>
public sealed record DclOptions
{
    /// <summary>Sigma of DCLW, which weights easy positives up; 0.5 in the paper. Default 0: no weights.</summary>
    [Range(0.0, 100.0)]
    public double WeightSigma { get; init; }
}

/// <summary>Values of loss supCon.</summary>
public sealed record SupConOptions
{
    /// <summary>Base temperature, which only scales the loss by temperature / baseTemperature; 0.07 in the authors' code. Default 0: the temperature itself, no scaling.</summary>
    [Range(0.0, 10.0)]
    public double BaseTemperature { get; init; }
}

/// <summary>Values of loss debiased.</summary>
public sealed record DebiasedOptions
{
    /// <summary>Expected share of negatives that are of the anchor's class, about 1 / number of classes. Default 0.1.</summary>
    [Range(0.0, 0.99)]
    public double PositivePrior { get; init; } = 0.1;
}

/// <summary>Values of loss hcl.</summary>
public sealed record HclOptions
{
    /// <summary>Expected share of negatives that are of the anchor's class, about 1 / number of classes. Default 0.1.</summary>
    [Range(0.0, 0.99)]
    public double PositivePrior { get; init; } = 0.1;

    /// <summary>How much hard negatives are preferred, beta; 0 is the debiased loss. Default 1.</summary>
    [Range(0.0, 10.0)]
    public double Hardness { get; init; } = 1;
}
