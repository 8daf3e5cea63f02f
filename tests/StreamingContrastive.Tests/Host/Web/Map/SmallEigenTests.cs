using CsCheck;
using StreamingContrastive.Host.Web.Map;

namespace StreamingContrastive.Tests.Host.Web.Map;

public sealed class SmallEigenTests
{
    [Fact]
    public void Of_TwoByTwo_IsThatOfTheHand()
    {
        var (values, vectors) = SmallEigen.Of(new double[,] { { 2, 1 }, { 1, 2 } });

        values.ShouldBe([3, 1], 1e-12);
        Math.Abs(vectors[0][0]).ShouldBe(Math.Sqrt(0.5), 1e-12);
        vectors[0][0].ShouldBe(vectors[0][1], 1e-12);
    }

    [Fact]
    public void Of_Symmetric_GivesPairsOfTheMatrix() => Gen.Double[-10, 10].Array[36].Sample(entries =>
    {
        var matrix = new double[6, 6];
        for (var i = 0; i < 6; i++)
        {
            for (var j = 0; j < 6; j++)
            {
                matrix[i, j] = entries[(Math.Min(i, j) * 6) + Math.Max(i, j)];
            }
        }

        var (values, vectors) = SmallEigen.Of((double[,])matrix.Clone());

        values.ShouldBeInOrder(SortDirection.Descending);
        for (var pair = 0; pair < 6; pair++)
        {
            for (var i = 0; i < 6; i++)
            {
                Enumerable.Range(0, 6).Sum(j => matrix[i, j] * vectors[pair][j]).ShouldBe(values[pair] * vectors[pair][i], 1e-9);
            }

            vectors[pair].Sum(v => v * v).ShouldBe(1, 1e-9);
        }
    });
}
