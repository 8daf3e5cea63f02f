using CsCheck;
using StreamingContrastive.Host.Web.Feed;

namespace StreamingContrastive.Tests.Host.Web.Feed;

public sealed class HistoryTests
{
    [Fact]
    public void Add_MoreThanTheCapacity_MergesNeighbours()
    {
        var history = new History(columns: 1, capacity: 4);

        foreach (var value in (double[])[1, 3, 5, 7, 9, 11])
        {
            history.Add([value]);
        }

        history.Points.Select(p => p[0]).ShouldBe([2, 6, 10]);
    }

    [Fact]
    public void Add_NotMeasured_CountsForNothingInAMean()
    {
        var history = new History(columns: 2, capacity: 2);

        foreach (var value in (double[][])[[1, double.NaN], [3, 8], [5, double.NaN], [7, double.NaN]])
        {
            history.Add(value);
        }

        history.Points.Select(p => p[0]).ShouldBe([2, 6]);
        history.Points.Select(p => p[1]).ShouldBe([8, double.NaN]);
    }

    [Fact]
    public void Add_Anything_StaysBoundedInOrderAndEvenlySpread() => Gen.Select(Gen.Int[1, 20].Select(half => 2 * half), Gen.Int[0, 2000]).Sample((capacity, count) =>
    {
        var history = new History(columns: 1, capacity);
        for (var i = 0; i < count; i++)
        {
            history.Add([i]);
        }

        // Every point is the mean of as many neighbours as any other, and together they are the first ones that came.
        var values = history.Points.Select(p => p[0]).ToArray();
        values.Length.ShouldBeLessThanOrEqualTo(capacity);
        var stride = values.Length == 0 ? 1 : (2 * values[0]) + 1; // The first is the mean of 0 to stride - 1.
        values.ShouldBe(Enumerable.Range(0, values.Length).Select(i => (i * stride) + ((stride - 1) / 2)));
        (count - (values.Length * stride)).ShouldBeInRange(0, 2 * stride);
    });
}
