namespace StreamingContrastive.Learning.Guards;

/// <summary>
/// Limits of the collapse trip-wire (learning.md G5), chosen so that a fresh healthy run never trips: until <see cref="WarmupSteps"/>
/// an encoder may look like anything, and after that one bad measure is no verdict.
/// </summary>
public sealed record CollapseLimits
{
    /// <summary>Steps of the lineage before which nothing trips. Default 500.</summary>
    public long WarmupSteps { get; init; } = 500;

    /// <summary>Measures in a row that must show the same signal. Default 5.</summary>
    public int Windows { get; init; } = 5;

    /// <summary>Evaluations on the probe in a row that must show a lost rank: they are far apart. Default 2.</summary>
    public int RankWindows { get; init; } = 2;

    /// <summary>Least spread, as a share of 1/sqrt(d). Default a third: healthy runs keep half of it and more, spoilt ones under 0.3.</summary>
    public double MinSpreadShare { get; init; } = 1.0 / 3;

    /// <summary>Most of the highest RankMe since the warm-up that may be lost, 0 to 1. Default 0.3.</summary>
    public double MaxRankDrop { get; init; } = 0.3;

    /// <summary>Highest uniformity (log of a mean potential, 0 is all keys in one point). Default -0.5.</summary>
    public double MaxUniformity { get; init; } = -0.5;

    /// <summary>Least difference of the mean cosines of positives and negatives. Default 0.05.</summary>
    public double MinMargin { get; init; } = 0.05;

    /// <summary>Distance from a chance value that counts as being there, relative. Default 0.01.</summary>
    public double ChanceShare { get; init; } = 0.01;

    /// <summary>Pretext accuracy above which a young encoder cheats. Default 0.995.</summary>
    public double MaxAccuracy { get; init; } = 0.995;

    /// <summary>Steps after which a high accuracy is an achievement. Default 1,000.</summary>
    public long ShortcutSteps { get; init; } = 1000;

    /// <summary>Negatives below which a high accuracy says nothing: a short queue is easy to beat. Default 1,024.</summary>
    public int ShortcutNegatives { get; init; } = 1024;
}
