using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Host.Web.Feed;

namespace StreamingContrastive.Tests.Host.Web.Feed;

public sealed class RecentRateTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Measure_Counter_IsTheMeanOfTheLastLooks()
    {
        var rate = new RecentRate(_clock, looks: 2);

        Rates(rate, 0, 100, 300, 900).ShouldBe([0, 100, 150, 400]);
    }

    [Fact]
    public void Measure_CounterThatBeginsAnew_IsNeverNegative() => Rates(new RecentRate(_clock, looks: 5), 0, 100, 20, 50).ShouldBe([0, 100, 0, 30]);

    private double[] Rates(RecentRate rate, params long[] counts) => [.. counts.Select(count =>
    {
        var measured = rate.Measure(count);
        _clock.Advance(TimeSpan.FromSeconds(1));
        return measured;
    })];
}
