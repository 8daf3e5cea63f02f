using CsCheck;
using StreamingContrastive.Host.Web.Map;

namespace StreamingContrastive.Tests.Host.Web.Map;

public sealed class PlaneAlignmentTests
{
    [Fact]
    public void Align_TurnedAndMirroredPoints_AreBackWhereTheyWere() =>
        Gen.Select(Gen.Double[-Math.PI, Math.PI], Gen.Bool, Gen.Int[1, 1_000_000]).Sample((angle, mirrored, seed) =>
        {
            var random = new Random(seed);
            (float X, float Y)[] before = [.. Enumerable.Range(0, 20).Select(_ => ((float)random.NextDouble() - 0.5f, (float)random.NextDouble() - 0.5f))];
            var after = Turned(before, angle, mirrored);

            PlaneAlignment.Align(after, [.. before.Select((p, i) => (i, p.X, p.Y))]);

            for (var i = 0; i < before.Length; i++)
            {
                after.X[i].ShouldBe(before[i].X, 1e-4f);
                after.Y[i].ShouldBe(before[i].Y, 1e-4f);
            }
        });

    [Fact]
    public void Align_PointsThatMoved_LieNoFartherThanInAnyOtherTurn() => Gen.Int[1, 1_000_000].Sample(seed =>
    {
        var random = new Random(seed);
        (float X, float Y)[] before = [.. Enumerable.Range(0, 12).Select(_ => ((float)random.NextDouble(), (float)random.NextDouble()))];
        (float X, float Y)[] moved = [.. before.Select(p => (p.Y + ((float)random.NextDouble() * 0.3f), p.X))];
        var aligned = Turned(moved, 0, mirrored: false);

        PlaneAlignment.Align(aligned, [.. before.Select((p, i) => (i, p.X, p.Y))]);

        var reached = Apart(aligned, before);
        for (var step = 0; step < 72; step++)
        {
            foreach (var mirrored in (bool[])[false, true])
            {
                reached.ShouldBeLessThanOrEqualTo(Apart(Turned(moved, step * Math.PI / 36, mirrored), before) + 1e-4);
            }
        }
    });

    [Fact]
    public void Align_NothingInCommon_LeavesThePoints()
    {
        var points = new PlanePoints([1, 2], [3, 4], 1);

        PlaneAlignment.Align(points, []);

        points.X.ShouldBe([1, 2]);
        points.Y.ShouldBe([3, 4]);
    }

    private static PlanePoints Turned((float X, float Y)[] points, double angle, bool mirrored)
    {
        var (cos, sin) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
        var flip = mirrored ? -1 : 1;
        return new([.. points.Select(p => (cos * p.X) - (sin * flip * p.Y))], [.. points.Select(p => (sin * p.X) + (cos * flip * p.Y))], 1);
    }

    private static double Apart(PlanePoints points, (float X, float Y)[] before) =>
        before.Select((p, i) => Math.Pow(points.X[i] - p.X, 2) + Math.Pow(points.Y[i] - p.Y, 2)).Sum();
}
