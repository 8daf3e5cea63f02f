using System.Numerics.Tensors;

namespace StreamingContrastive.Host.Web.Map;

/// <summary>Points of a plane, and how much of what they were it shows.</summary>
/// <param name="X">First coordinate.</param>
/// <param name="Y">Second coordinate.</param>
/// <param name="Explained">Share of the variance that the plane keeps, 0 to 1.</param>
internal sealed record PlanePoints(float[] X, float[] Y, double Explained);

/// <summary>
/// The plane of the largest variance (PCA) of rows, by subspace iteration with a Rayleigh-Ritz step (Golub and Van Loan, Matrix Computations,
/// 8.2.4). The covariance is never formed: two products with the rows an iteration, so 2,048 dimensions cost no more than a wide table.
/// </summary>
internal static class PrincipalPlane
{
    // More directions than are wanted: what decides is the gap to the seventh eigenvalue, not to the third.
    private const int Directions = 6;
    private const int MostIterations = 60;
    private const double Tolerance = 1e-7;

    /// <summary>Projects the rows.</summary>
    /// <param name="rows">[count x dimension].</param>
    /// <param name="count">Rows.</param>
    /// <param name="dimension">Values of a row.</param>
    public static PlanePoints Project(ReadOnlySpan<float> rows, int count, int dimension)
    {
        var centred = Centre(rows, count, dimension);
        var total = TensorPrimitives.SumOfSquares<float>(centred);
        var k = Math.Min(Directions, Math.Min(count, dimension));
        if (total <= 0 || k == 0)
        {
            return new PlanePoints(new float[count], new float[count], 0); // One point, or all the same.
        }

        var basis = Start(centred, count, dimension, k);
        double[] before = [];
        var ritz = RitzPairs(centred, basis, count, dimension);
        for (var i = 0; i < MostIterations && !IsSettled(before, ritz.Values); i++)
        {
            before = ritz.Values;
            Orthonormalize(basis = Multiply(centred, basis, count, dimension));
            ritz = RitzPairs(centred, basis, count, dimension);
        }

        var first = Coordinates(centred, Combine(basis, ritz.Vectors, 0), count, dimension);
        var second = k > 1 ? Coordinates(centred, Combine(basis, ritz.Vectors, 1), count, dimension) : new float[count];
        return new PlanePoints(first, second, Math.Clamp((ritz.Values[0] + (k > 1 ? ritz.Values[1] : 0)) / total, 0, 1));
    }

    private static float[] Centre(ReadOnlySpan<float> rows, int count, int dimension)
    {
        var (centred, mean) = (rows[..(count * dimension)].ToArray(), new float[dimension]);
        for (var row = 0; row < count; row++)
        {
            TensorPrimitives.Add(mean, centred.AsSpan(row * dimension, dimension), mean);
        }

        TensorPrimitives.Divide(mean, Math.Max(1, count), mean);
        for (var row = 0; row < count; row++)
        {
            var span = centred.AsSpan(row * dimension, dimension);
            TensorPrimitives.Subtract(span, mean, span);
        }

        return centred;
    }

    // Rows spread over the sample: they lie in the space that is looked for, and the same sample always begins alike.
    private static float[][] Start(float[] centred, int count, int dimension, int k)
    {
        var basis = new float[k][];
        for (var i = 0; i < k; i++)
        {
            basis[i] = centred.AsSpan(i * count / k * dimension, dimension).ToArray();
            basis[i][i % dimension] += 1e-3f; // Rows may be alike; the directions must not be.
        }

        Orthonormalize(basis);
        return basis;
    }

    /// <summary>Covariance (times the number of rows) times each direction.</summary>
    private static float[][] Multiply(float[] centred, float[][] basis, int count, int dimension)
    {
        var product = new float[basis.Length][];
        for (var i = 0; i < basis.Length; i++)
        {
            product[i] = new float[dimension];
            for (var row = 0; row < count; row++)
            {
                var span = centred.AsSpan(row * dimension, dimension);
                TensorPrimitives.MultiplyAdd(span, TensorPrimitives.Dot(span, basis[i]), product[i], product[i]);
            }
        }

        return product;
    }

    private static void Orthonormalize(float[][] basis)
    {
        for (var i = 0; i < basis.Length; i++)
        {
            for (var twice = 0; twice < 2; twice++) // Once loses what single precision cannot hold.
            {
                for (var j = 0; j < i; j++)
                {
                    TensorPrimitives.MultiplyAdd(basis[j], -TensorPrimitives.Dot<float>(basis[i], basis[j]), basis[i], basis[i]);
                }
            }

            var norm = TensorPrimitives.Norm<float>(basis[i]);
            if (norm > 1e-12f)
            {
                TensorPrimitives.Divide(basis[i], norm, basis[i]);
            }
            else
            {
                Array.Clear(basis[i]); // Fewer directions than were asked for have any variance.
            }
        }
    }

    private static (double[] Values, double[][] Vectors) RitzPairs(float[] centred, float[][] basis, int count, int dimension)
    {
        var product = Multiply(centred, basis, count, dimension);
        var small = new double[basis.Length, basis.Length];
        for (var i = 0; i < basis.Length; i++)
        {
            for (var j = 0; j < basis.Length; j++)
            {
                small[i, j] = TensorPrimitives.Dot<float>(basis[i], product[j]);
            }
        }

        return SmallEigen.Of(small);
    }

    private static bool IsSettled(double[] before, double[] now) =>
        before.Length > 0 && Math.Abs(before[0] - now[0]) + Math.Abs(before[^1] - now[^1]) <= Tolerance * now[0]
        && (now.Length < 2 || Math.Abs(before[1] - now[1]) <= Tolerance * now[0]);

    private static float[] Combine(float[][] basis, double[][] vectors, int which)
    {
        var axis = new float[basis[0].Length];
        for (var i = 0; i < basis.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(basis[i], (float)vectors[which][i], axis, axis);
        }

        return axis;
    }

    private static float[] Coordinates(float[] centred, float[] axis, int count, int dimension)
    {
        var coordinates = new float[count];
        for (var row = 0; row < count; row++)
        {
            coordinates[row] = TensorPrimitives.Dot<float>(centred.AsSpan(row * dimension, dimension), axis);
        }

        return coordinates;
    }
}
