using System.Numerics.Tensors;

namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// Eigenvalues of a symmetric matrix: Householder reduction to tridiagonal form, then bisection on Sturm counts (Golub and Van
/// Loan, Matrix Computations, 8.3.1 and 8.4.1). Own code because the figure must be there without libtorch; bisection because it cannot fail to converge.
/// </summary>
internal static class SymmetricEigenvalues
{
    /// <param name="matrix">Row-major [n x n], both triangles filled in. Overwritten.</param>
    /// <param name="n">Order.</param>
    /// <returns>Eigenvalues, ascending.</returns>
    public static double[] Of(double[] matrix, int n)
    {
        var diagonal = new double[n];
        var offDiagonal = new double[n]; // offDiagonal[i] couples i and i + 1; the last stays 0
        Tridiagonalize(matrix, n, diagonal, offDiagonal);
        double radius = 0;
        for (int i = 0; i < n; i++)
        {
            double row = Math.Abs(diagonal[i]) + Math.Abs(offDiagonal[i]) + (i > 0 ? Math.Abs(offDiagonal[i - 1]) : 0);
            radius = Math.Max(radius, row);
        }

        var squares = new double[n];
        TensorPrimitives.Multiply<double>(offDiagonal, offDiagonal, squares);
        return [.. Enumerable.Range(0, n).Select(index => Bisect(diagonal, squares, index, radius))];
    }

    private static void Tridiagonalize(double[] a, int n, double[] diagonal, double[] offDiagonal)
    {
        var v = new double[n];
        var w = new double[n];
        for (int k = 0; k < n; k++)
        {
            diagonal[k] = a[(k * n) + k];
            int m = n - k - 1;
            if (m == 0)
            {
                break;
            }

            // By symmetry the column below the diagonal is the row beside it, which lies in one run of memory.
            Span<double> reflector = v.AsSpan(0, m);
            a.AsSpan((k * n) + k + 1, m).CopyTo(reflector);
            double norm = TensorPrimitives.Norm<double>(reflector);
            if (m == 1 || norm == 0)
            {
                offDiagonal[k] = reflector[0];
                continue;
            }

            double alpha = reflector[0] > 0 ? -norm : norm; // the sign that does not cancel
            offDiagonal[k] = alpha;
            reflector[0] -= alpha;
            TensorPrimitives.Divide(reflector, TensorPrimitives.Norm<double>(reflector), reflector);
            Reflect(a, n, k + 1, reflector, w.AsSpan(0, m));
        }
    }

    /// <summary>A := H A H on the trailing block, H = I - 2vvᵀ: A - vwᵀ - wvᵀ with p = 2Av, w = p - (v·p)v.</summary>
    private static void Reflect(double[] a, int n, int start, ReadOnlySpan<double> v, Span<double> w)
    {
        int m = v.Length;
        for (int i = 0; i < m; i++)
        {
            w[i] = 2 * TensorPrimitives.Dot(a.AsSpan(((start + i) * n) + start, m), v);
        }

        TensorPrimitives.MultiplyAdd(v, -TensorPrimitives.Dot(v, w), w, w);
        for (int i = 0; i < m; i++)
        {
            Span<double> row = a.AsSpan(((start + i) * n) + start, m);
            TensorPrimitives.MultiplyAdd(w, -v[i], row, row);
            TensorPrimitives.MultiplyAdd(v, -w[i], row, row);
        }
    }

    private static double Bisect(double[] diagonal, double[] squares, int index, double radius)
    {
        double low = -radius;
        double high = radius;

        // 2^-60 of the radius is below the rounding of the reduction itself.
        for (int i = 0; i < 61; i++)
        {
            double middle = 0.5 * (low + high);
            if (CountBelow(diagonal, squares, middle, radius) > index)
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        return 0.5 * (low + high);
    }

    /// <summary>Eigenvalues below x: the negative pivots of the LDLᵀ factorisation of T - xI.</summary>
    private static int CountBelow(double[] diagonal, double[] squares, double x, double radius)
    {
        int count = 0;
        double pivot = 1;
        for (int i = 0; i < diagonal.Length; i++)
        {
            pivot = diagonal[i] - x - (i > 0 ? squares[i - 1] / pivot : 0);
            if (pivot == 0)
            {
                pivot = double.Epsilon + (radius * 1e-300); // an exact zero would divide the next row by zero
            }

            count += pivot < 0 ? 1 : 0;
        }

        return count;
    }
}
