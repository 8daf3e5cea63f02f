namespace StreamingContrastive.Host.Web.Map;

/// <summary>
/// Turns, and where it fits better mirrors, the points of a plane so that they lie as near as can be to where they were (orthogonal
/// Procrustes, Schoenemann 1966, in two dimensions in closed form). A principal plane has no up and no left: without this the map would
/// spin and flip at every version. Distances stay as they are.
/// </summary>
internal static class PlaneAlignment
{
    /// <summary>Aligns in place.</summary>
    /// <param name="points">The new points.</param>
    /// <param name="pairs">Indices of the points that were there before, with their old coordinates.</param>
    public static void Align(PlanePoints points, IReadOnlyList<(int Index, float X, float Y)> pairs)
    {
        double xx = 0, xy = 0, yx = 0, yy = 0;
        foreach (var (index, x, y) in pairs)
        {
            xx += points.X[index] * (double)x;
            xy += points.X[index] * (double)y;
            yx += points.Y[index] * (double)x;
            yy += points.Y[index] * (double)y;
        }

        // The best turn and the best mirrored turn: each maximises the sum of products with the old points; the larger sum wins.
        var (turn, mirrored) = (Math.Sqrt(Square(xx + yy) + Square(xy - yx)), Math.Sqrt(Square(xx - yy) + Square(xy + yx)));
        if (turn == 0 && mirrored == 0)
        {
            return;
        }

        var flip = mirrored > turn ? -1 : 1;
        var (cos, sin) = flip > 0 ? ((xx + yy) / turn, (xy - yx) / turn) : ((xx - yy) / mirrored, (xy + yx) / mirrored);
        for (var i = 0; i < points.X.Length; i++)
        {
            var (x, y) = (points.X[i], flip * points.Y[i]);
            (points.X[i], points.Y[i]) = ((float)((cos * x) - (sin * y)), (float)((sin * x) + (cos * y)));
        }
    }

    private static double Square(double value) => value * value;
}
