using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Augmentation;

/// <summary>Which views are made of a picture, and how strong they are. Every step is off at its neutral value.</summary>
public sealed record AugmentationOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "augmentation";

    /// <summary>Augmentation actors. Default 0: one a processor.</summary>
    [Range(0, 1024)]
    public int Workers { get; init; }

    /// <summary>Smallest share of the picture's area that a random resized crop keeps. Default 0.5; 1 with <see cref="CropMaxArea"/> 1 = off.</summary>
    [Range(0.01, 1.0)]
    public double CropMinArea { get; init; } = 0.5;

    /// <summary>Largest share of the area that a crop keeps. Default 1.</summary>
    [Range(0.01, 1.0)]
    public double CropMaxArea { get; init; } = 1.0;

    /// <summary>Widest aspect ratio r of a crop, drawn log-uniformly from [1/r, r]. Default 4/3.</summary>
    [Range(1.0, 4.0)]
    public double CropMaxAspect { get; init; } = 4.0 / 3.0;

    /// <summary>Probability of a horizontal flip. Default 0.5.</summary>
    [Range(0.0, 1.0)]
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>Largest rotation in degrees, drawn from [-r, r]. Default 0: off.</summary>
    [Range(0.0, 180.0)]
    public double RotationDegrees { get; init; }

    /// <summary>Largest translation as a share of the side, drawn from [-t, t] for each axis. Default 0: off.</summary>
    [Range(0.0, 0.5)]
    public double Translation { get; init; }

    /// <summary>Probability that the four jitters below are applied at all. Default 0.8.</summary>
    [Range(0.0, 1.0)]
    public double JitterProbability { get; init; } = 0.8;

    /// <summary>Brightness factor is drawn from [1-b, 1+b]. Default 0.4.</summary>
    [Range(0.0, 1.0)]
    public double Brightness { get; init; } = 0.4;

    /// <summary>Contrast factor about the picture's mean grey is drawn from [1-c, 1+c]. Default 0.4.</summary>
    [Range(0.0, 1.0)]
    public double Contrast { get; init; } = 0.4;

    /// <summary>Saturation factor is drawn from [1-s, 1+s]. Default 0.4; colour pictures only.</summary>
    [Range(0.0, 1.0)]
    public double Saturation { get; init; } = 0.4;

    /// <summary>Hue shift is drawn from [-h, h], in turns. Default 0.1; colour pictures only.</summary>
    [Range(0.0, 0.5)]
    public double Hue { get; init; } = 0.1;

    /// <summary>Probability of turning a colour picture grey. Default 0.2; colour pictures only.</summary>
    [Range(0.0, 1.0)]
    public double GreyscaleProbability { get; init; } = 0.2;

    /// <summary>Probability of a Gaussian blur. Default 0: off.</summary>
    [Range(0.0, 1.0)]
    public double BlurProbability { get; init; }

    /// <summary>Smallest standard deviation of the blur in pixels. Default 0.1.</summary>
    [Range(0.05, 10.0)]
    public double BlurMinSigma { get; init; } = 0.1;

    /// <summary>Largest standard deviation of the blur in pixels. Default 2.</summary>
    [Range(0.05, 10.0)]
    public double BlurMaxSigma { get; init; } = 2.0;

    /// <summary>Probability of erasing a rectangle. Default 0: off.</summary>
    [Range(0.0, 1.0)]
    public double EraseProbability { get; init; }

    /// <summary>Largest share of the area that is erased; the smallest is 0.02. Default 0.2.</summary>
    [Range(0.02, 0.9)]
    public double EraseMaxArea { get; init; } = 0.2;
}
