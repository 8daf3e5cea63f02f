using CsCheck;
using StreamingContrastive.Host.Web.Map;

namespace StreamingContrastive.Tests.Host.Web.Map;

public sealed class PrincipalPlaneTests
{
    [Fact]
    public void Project_RowsOfAPlane_KeepsAllOfTheVarianceAndAllDistances()
    {
        var random = new Random(5);
        var (count, dimension) = (80, 12);
        double[] first = Unit(random, dimension), second = Unit(random, dimension);
        var rows = new float[count * dimension];
        for (var i = 0; i < count; i++)
        {
            var (a, b) = (random.NextDouble() * 4, random.NextDouble());
            for (var d = 0; d < dimension; d++)
            {
                rows[(i * dimension) + d] = (float)(3 + (a * first[d]) + (b * second[d]));
            }
        }

        var plane = PrincipalPlane.Project(rows, count, dimension);

        plane.Explained.ShouldBe(1, 1e-5);
        for (var i = 1; i < count; i++)
        {
            var apart = Math.Sqrt(Enumerable.Range(0, dimension).Sum(d => Math.Pow(rows[d] - rows[(i * dimension) + d], 2)));
            Math.Sqrt(Math.Pow(plane.X[0] - plane.X[i], 2) + Math.Pow(plane.Y[0] - plane.Y[i], 2)).ShouldBe(apart, 1e-4);
        }
    }

    /// <summary>Against the eigenvalues of the whole covariance. Seen to fail with one iteration instead of many.</summary>
    [Fact]
    public void Project_AnyRows_KeepsAsMuchVarianceAsTheTwoLargestEigenvalues() => Gen.Int[1, 1_000_000].Sample(
        seed =>
        {
            var random = new Random(seed);
            var (count, dimension) = (60, 10);
            var rows = new float[count * dimension];
            for (var i = 0; i < rows.Length; i++)
            {
                rows[i] = (float)((random.NextDouble() - 0.5) * (1 + (i % dimension)));
            }

            var plane = PrincipalPlane.Project(rows, count, dimension);

            var (values, _) = SmallEigen.Of(Covariance(rows, count, dimension));
            plane.Explained.ShouldBe((values[0] + values[1]) / values.Sum(), 1e-4);
            plane.X.Sum(x => x * (double)x).ShouldBe(values[0], 1e-3 * values[0]);
            plane.X.Sum().ShouldBe(0, 1e-3f);
        },
        iter: 60);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    public void Project_CollapsedRows_AreOnePoint(int count)
    {
        var plane = PrincipalPlane.Project(Enumerable.Repeat(0.25f, count * 4).ToArray(), count, 4);

        plane.X.ShouldAllBe(x => x == 0);
        plane.Y.ShouldAllBe(y => y == 0);
        plane.Explained.ShouldBe(0);
    }

    [Fact]
    public void Project_OneDimension_IsALine()
    {
        var plane = PrincipalPlane.Project([1f, 2f, 6f], 3, 1);

        plane.X.Select(Math.Abs).ShouldBe([2f, 1f, 3f], 1e-5);
        plane.Y.ShouldAllBe(y => y == 0);
    }

    private static double[] Unit(Random random, int dimension)
    {
        double[] values = [.. Enumerable.Range(0, dimension).Select(_ => random.NextDouble() - 0.5)];
        return [.. values.Select(v => v / Math.Sqrt(values.Sum(x => x * x)))];
    }

    private static double[,] Covariance(float[] rows, int count, int dimension)
    {
        double[] mean = [.. Enumerable.Range(0, dimension).Select(d => Enumerable.Range(0, count).Average(i => (double)rows[(i * dimension) + d]))];
        var covariance = new double[dimension, dimension];
        for (var a = 0; a < dimension; a++)
        {
            for (var b = 0; b < dimension; b++)
            {
                covariance[a, b] = Enumerable.Range(0, count).Sum(i => (rows[(i * dimension) + a] - mean[a]) * (rows[(i * dimension) + b] - mean[b]));
            }
        }

        return covariance;
    }
}
