using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Tests.Learning.Evaluation;

public sealed class MaximumMeanDiscrepancyTests
{
    /// <summary>By hand: distances squared 1 (within x), 1 (within y), 9, 16, 4, 9 across; their median, the upper of the middle two, is 9.</summary>
    [Fact]
    public void Test_FourNumbers_IsTheHandWorkedValue()
    {
        float[] x = [0, 1], y = [3, 4];
        static double K(double d2) => Math.Exp(-d2 / 9);

        var result = MaximumMeanDiscrepancy.Test(x, y, dimension: 1, permutations: 1, new Random(1));

        result.Value.ShouldBe(K(1) + K(1) - (2 * (K(9) + K(16) + K(4) + K(9)) / 4), 1e-6);
    }

    [Fact]
    public void Test_UnevenSamples_EqualsTheSlowReference()
    {
        var random = new Random(5);
        var (x, y) = (Sample(random, 7, 3, 0), Sample(random, 11, 3, 0.5));

        MaximumMeanDiscrepancy.Test(x, y, 3, 1, new Random(1)).Value.ShouldBe(Slow(x, y, 3), 1e-5);
    }

    [Fact]
    public void Test_OneDistribution_IsNotSignificantMoreOftenThanItSays()
    {
        var significant = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            significant += MaximumMeanDiscrepancy.Test(Sample(random, 30, 4, 0), Sample(random, 30, 4, 0), 4, 99, random).PValue <= 0.05 ? 1 : 0;
        }

        significant.ShouldBeLessThanOrEqualTo(12); // Of 100 at 5 %: 12 is beyond three standard deviations.
    }

    [Fact]
    public void Test_ShiftedSample_HasTheSmallestPValue()
    {
        var random = new Random(3);

        var result = MaximumMeanDiscrepancy.Test(Sample(random, 40, 4, 0), Sample(random, 40, 4, 1.5), 4, 99, random);

        result.PValue.ShouldBe(0.01);
        result.Value.ShouldBeGreaterThan(0.1);
    }

    [Fact]
    public void Test_AllRowsAlike_TellsNothingApart()
    {
        var result = MaximumMeanDiscrepancy.Test(new float[12], new float[12], 4, 9, new Random(1));

        (result.Value, result.PValue).ShouldBe((0, 1));
    }

    [Fact]
    public void Test_OneRow_IsRefused() =>
        Should.Throw<ArgumentException>(() => MaximumMeanDiscrepancy.Test(new float[4], new float[8], 4, 9, new Random(1))).Message.ShouldContain("4 values is not two or more rows of 4");

    private static float[] Sample(Random random, int rows, int dimension, double shift) =>
        [.. Enumerable.Range(0, rows * dimension).Select(_ => (float)(random.NextDouble() + random.NextDouble() + shift))];

    private static double Slow(float[] x, float[] y, int d)
    {
        float[] all = [.. x, .. y];
        int n = x.Length / d, m = y.Length / d;
        double Squared(int i, int j) => Enumerable.Range(0, d).Sum(k => Math.Pow((double)all[(i * d) + k] - all[(j * d) + k], 2));
        var distances = (from i in Enumerable.Range(0, n + m) from j in Enumerable.Range(0, i) select Squared(i, j)).Order().ToArray();
        var median = distances[distances.Length / 2];
        double value = 0;
        for (var i = 0; i < n + m; i++)
        {
            for (var j = 0; j < n + m; j++)
            {
                var k = Math.Exp(-Squared(i, j) / median);
                value += i == j ? 0
                    : i < n && j < n ? k / (n * (n - 1))
                    : i >= n && j >= n ? k / (m * (m - 1))
                    : -k / (n * m);
            }
        }

        return value;
    }
}
