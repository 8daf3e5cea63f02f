using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Clients;

public sealed class RepeatFilterTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Admit_OfARepeatedText_LetsItThroughOnceAWindowWithTheCount()
    {
        var filter = new RepeatFilter(_clock);

        filter.Admit("a", out var first).ShouldBeTrue();
        filter.Admit("a", out _).ShouldBeFalse();
        filter.Admit("a", out _).ShouldBeFalse();
        filter.Admit("b", out _).ShouldBeTrue();
        _clock.Advance(RepeatFilter.Window);
        filter.Admit("a", out var repeats).ShouldBeTrue();

        first.ShouldBe(0);
        repeats.ShouldBe(2);
    }

    [Fact]
    public void Admit_OfMoreTextsThanItsCapacity_ForgetsTheOldest()
    {
        var filter = new RepeatFilter(_clock);
        for (var i = 0; i <= RepeatFilter.Capacity; i++)
        {
            filter.Admit($"text {i}", out _).ShouldBeTrue();
            _clock.Advance(TimeSpan.FromTicks(1));
        }

        filter.Admit($"text {RepeatFilter.Capacity}", out _).ShouldBeFalse();
        filter.Admit("text 0", out _).ShouldBeTrue();
    }
}
