namespace StreamingContrastive.Learning.Evaluation;

/// <summary>Label-free measures of a representation; the formulas are those of <see cref="RepresentationStatistics"/>.</summary>
/// <param name="Alignment">Mean squared distance of the two views of a record; 0 is perfect.</param>
/// <param name="Uniformity">Log of the mean Gaussian potential; lower is more uniform, 0 is collapse.</param>
/// <param name="StandardDeviation">Mean over dimensions; about 1/sqrt(d) when healthy, 0 is collapse.</param>
/// <param name="RankMe">Effective rank of the uncentred features, 1 to the dimension; 0 for nothing but zeros.</param>
/// <param name="Count">Rows measured.</param>
public sealed record RepresentationReport(double Alignment, double Uniformity, double StandardDeviation, double RankMe, int Count);
