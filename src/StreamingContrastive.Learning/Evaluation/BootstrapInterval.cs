namespace StreamingContrastive.Learning.Evaluation;

/// <summary>A mean difference and where it would lie with other queries and seeds of the same kind.</summary>
/// <param name="Mean">Mean of all paired differences.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
public sealed record BootstrapInterval(double Mean, double Low, double High)
{
    /// <summary>Whether the interval is on one side of zero: the difference is more than chance of queries and seeds.</summary>
    public bool ExcludesZero => Low > 0 || High < 0;
}
