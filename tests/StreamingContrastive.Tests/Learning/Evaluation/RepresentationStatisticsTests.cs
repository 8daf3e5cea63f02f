using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Tests.Learning.Evaluation;

public sealed class RepresentationStatisticsTests
{
    private static readonly float[] s_axes = [1, 0, 0, 1, -1, 0, 0, -1];

    [Fact]
    public void Alignment_OfBatchTestVector_GivesGoldenValue()
    {
        // BV of learning.md: A1 and B1 against A2 and B2; the second view at another length, which must not matter.
        float[] first = [1, 0, 0, 1];
        float[] second = [8, 6, -6, 8];

        RepresentationStatistics.Alignment(first, second, 2).ShouldBe(.4, 1e-6);
        RepresentationStatistics.Alignment(first, first, 2).ShouldBe(0);
    }

    [Fact]
    public void Uniformity_OfPointsOnTheAxes_GivesGoldenValue() =>
        RepresentationStatistics.Uniformity(s_axes, 2).ShouldBe(-4.396349, 1e-6);

    [Fact]
    public void Uniformity_OfCollapsedRows_IsZero() =>
        RepresentationStatistics.Uniformity([3, 4, 6, 8, .3f, .4f], 2).ShouldBe(0, 1e-5);

    [Fact]
    public void Uniformity_OfRandomRows_AgreesWithSlowReference()
    {
        float[] rows = Random(40, 5, seed: 1);

        RepresentationStatistics.Uniformity(rows, 5).ShouldBe(SlowUniformity(rows, 5), 1e-5);
    }

    [Fact]
    public void StandardDeviation_OfSpreadAndCollapsedRows_IsOneOverRootAndZero()
    {
        RepresentationStatistics.StandardDeviation(Random(4000, 128, seed: 2), 128).ShouldBe(.0884, .001);
        RepresentationStatistics.StandardDeviation([3, 4, 6, 8], 2).ShouldBe(0, 1e-7);
    }

    [Fact]
    public void StandardDeviation_OfTwoPoints_DividesByOneLess() =>
        // Dimension 0 holds 1 and -1 (deviation sqrt 2 with n - 1), dimension 1 holds zeros.
        RepresentationStatistics.StandardDeviation([1, 0, -1, 0], 2).ShouldBe(Math.Sqrt(2) / 2, 1e-7);

    [Theory]
    [InlineData(new float[] { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 }, 4, 4.0)]
    [InlineData(new float[] { 3, 0, 0, 1 }, 2, 1.754765)]
    [InlineData(new float[] { 0, 3, 0, 0, 0, 1 }, 3, 1.754765)]
    [InlineData(new float[] { 1, 2, 2, 4, 3, 6 }, 2, 1.0)]
    [InlineData(new float[] { 0, 0, 0, 0 }, 2, 0.0)]
    public void RankMe_OfKnownSingularValues_GivesGoldenValue(float[] rows, int dimension, double expected) =>
        RepresentationStatistics.RankMe(rows, dimension).ShouldBe(expected, 1e-5);

    [Fact]
    public void RankMe_OfRotatedRows_IsTheSame()
    {
        // Columns scaled by 1..4 and turned in every plane: singular values stay, so the rank stays.
        float[] rows = Random(64, 4, seed: 3);
        float[] turned = [.. rows];
        for (int plane = 0; plane < 3; plane++)
        {
            for (int start = 0; start < turned.Length; start += 4)
            {
                (float a, float b) = (turned[start + plane], turned[start + plane + 1]);
                (turned[start + plane], turned[start + plane + 1]) = ((.6f * a) - (.8f * b), (.8f * a) + (.6f * b));
            }
        }

        RepresentationStatistics.RankMe(turned, 4).ShouldBe(RepresentationStatistics.RankMe(rows, 4), 1e-5);
    }

    [Fact]
    public void RankMe_IsNotCentred()
    {
        // All rows equal: centred there would be nothing left, uncentred there is one direction.
        float[] rows = [.. Enumerable.Repeat(new float[] { 1, 2, 3 }, 10).SelectMany(row => row)];

        RepresentationStatistics.RankMe(rows, 3).ShouldBe(1, 1e-4);
    }

    [Fact]
    public void Measure_OfTwoViews_HoldsEachFigure()
    {
        float[] first = Random(30, 6, seed: 4);
        float[] second = Random(30, 6, seed: 5);

        RepresentationReport report = RepresentationStatistics.Measure(first, second, 6);

        report.ShouldBe(new RepresentationReport(
            RepresentationStatistics.Alignment(first, second, 6),
            RepresentationStatistics.Uniformity(first, 6),
            RepresentationStatistics.StandardDeviation(first, 6),
            RepresentationStatistics.RankMe(first, 6),
            30));
    }

    [Fact]
    public void Measures_OfUnusableInput_Teach()
    {
        Should.Throw<ArgumentException>(() => RepresentationStatistics.Alignment([1, 0], [1, 0, 0, 1], 2));
        Should.Throw<ArgumentException>(() => RepresentationStatistics.Uniformity([1, 0], 2)).Message.ShouldContain("at least two");
        Should.Throw<ArgumentException>(() => RepresentationStatistics.StandardDeviation([1, 0, 1], 2));
        Should.Throw<ArgumentException>(() => RepresentationStatistics.RankMe([1, float.PositiveInfinity], 2));
        Should.Throw<ArgumentException>(() => RepresentationStatistics.Uniformity([1, float.NaN, 0, 1], 2)).Message.ShouldContain("Row 0");
    }

    private static float[] Random(int count, int dimension, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count * dimension).Select(_ => (float)(random.NextDouble() + random.NextDouble() - random.NextDouble() - random.NextDouble()))];
    }

    private static double SlowUniformity(float[] rows, int dimension)
    {
        double[][] unit = [.. rows.Chunk(dimension).Select(row => row.Select(value => value / Math.Sqrt(row.Sum(other => (double)other * other))).ToArray())];
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < unit.Length; i++)
        {
            for (int j = i + 1; j < unit.Length; j++)
            {
                sum += Math.Exp(-2 * unit[i].Zip(unit[j], (a, b) => (a - b) * (a - b)).Sum());
                pairs++;
            }
        }

        return Math.Log(sum / pairs);
    }
}
