using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Tests.Learning.Evaluation;

public sealed class ClusterPurityTests
{
    [Fact]
    public void Of_TheTextbooksExample_IsItsFigure()
    {
        // Manning, Raghavan and Schuetze 2008, figure 16.1: 17 points in three clusters, majorities of 5, 4 and 3.
        int[] clusters = [.. Enumerable.Repeat(0, 6), .. Enumerable.Repeat(1, 6), .. Enumerable.Repeat(2, 5)];
        int[] labels = [0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 2, 0, 0, 2, 2, 2];

        ClusterPurity.Of(clusters, labels)!.Value.ShouldBe(12 / 17.0, 1e-12);
    }

    [Fact]
    public void Of_OneClusterARow_IsOne() => ClusterPurity.Of([0, 1, 2], [0, 0, 1]).ShouldBe(1);

    [Fact]
    public void Of_RowsWithoutOneOfBoth_IsThatOfTheOthers() => ClusterPurity.Of([0, 0, -1, 0], [0, 1, 1, -1]).ShouldBe(0.5);

    [Fact]
    public void Of_NoRow_IsNothing() => ClusterPurity.Of([-1, 0], [0, -1]).ShouldBeNull();
}
