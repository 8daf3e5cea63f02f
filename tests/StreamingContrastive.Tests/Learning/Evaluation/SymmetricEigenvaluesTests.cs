using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Tests.Learning.Evaluation;

public sealed class SymmetricEigenvaluesTests
{
    [Fact]
    public void Of_TwoByTwo_GivesHandWorkedValues() =>
        SymmetricEigenvalues.Of([2, 1, 1, 2], 2).ShouldBe([1, 3], 1e-12);

    [Fact]
    public void Of_OneByOne_GivesTheElement() => SymmetricEigenvalues.Of([-5], 1).ShouldBe([-5], 1e-12);

    [Fact]
    public void Of_Zeros_GivesZeros() => SymmetricEigenvalues.Of(new double[9], 3).ShouldBe([0, 0, 0], 1e-12);

    [Fact]
    public void Of_SecondDifferences_GivesTheClosedForm()
    {
        // 2 on the diagonal, -1 beside it: 2 - 2 cos(k pi / (n + 1)).
        const int n = 9;
        var matrix = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            matrix[(i * n) + i] = 2;
            if (i + 1 < n)
            {
                matrix[(i * n) + i + 1] = matrix[((i + 1) * n) + i] = -1;
            }
        }

        SymmetricEigenvalues.Of(matrix, n).ShouldBe(Enumerable.Range(1, n).Select(k => 2 - (2 * Math.Cos(k * Math.PI / (n + 1)))), 1e-12);
    }

    [Fact]
    public void Of_ReflectedDiagonal_GivesTheDiagonal()
    {
        // H D H with H = I - 2uuᵀ is dense and has exactly the eigenvalues of D, a triple one and a tiny one among them.
        double[] expected = [-3, 1e-9, 1, 1, 1, 2, 40];
        int n = expected.Length;
        double[] u = [.. Enumerable.Range(1, n).Select(i => i / Math.Sqrt(140))];
        var matrix = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                for (int k = 0; k < n; k++)
                {
                    matrix[(i * n) + j] += ((i == k ? 1 : 0) - (2 * u[i] * u[k])) * expected[k] * ((k == j ? 1 : 0) - (2 * u[k] * u[j]));
                }
            }
        }

        SymmetricEigenvalues.Of(matrix, n).ShouldBe(expected, 1e-12);
    }
}
