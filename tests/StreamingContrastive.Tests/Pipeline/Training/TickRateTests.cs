using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Tests.Pipeline.Training;

public sealed class TickRateTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void PerSecond_OfASteadyCount_IsItsRate()
    {
        var rate = new TickRate(_clock);
        for (var i = 0; i < 50; i++)
        {
            rate.Observe(i * 100);
            _clock.Advance(TimeSpan.FromSeconds(0.5));
        }

        rate.PerSecond.ShouldBe(200, 1e-9);
    }

    [Fact]
    public void PerSecond_AfterTenSecondsOfNothing_IsZero()
    {
        var rate = new TickRate(_clock);
        for (var i = 0; i < 30; i++)
        {
            rate.Observe(1000 * Math.Min(i, 5));
            _clock.Advance(TimeSpan.FromSeconds(0.5));
        }

        rate.PerSecond.ShouldBe(0);
    }

    [Fact]
    public void PerSecond_OfACountThatBeginsAnew_DoesNotGoBelowZero()
    {
        var rate = new TickRate(_clock);
        rate.Observe(1000);
        _clock.Advance(TimeSpan.FromSeconds(1));
        rate.Observe(10);
        _clock.Advance(TimeSpan.FromSeconds(1));
        rate.Observe(30);

        rate.PerSecond.ShouldBe(20, 1e-9);
    }
}
