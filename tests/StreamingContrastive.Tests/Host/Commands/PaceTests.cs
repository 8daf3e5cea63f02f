using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Host.Commands;

namespace StreamingContrastive.Tests.Host.Commands;

public sealed class PaceTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void WaitAsync_NoRate_NeverWaits() =>
        new Pace(null, _clock).WaitAsync(1_000_000, CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();

    [Fact]
    public async Task WaitAsync_Rate_WaitsUntilTheItemIsDue()
    {
        var pace = new Pace(10, _clock);
        pace.WaitAsync(0, CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();

        var tenth = pace.WaitAsync(10, CancellationToken.None);
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        tenth.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        await tenth;
        pace.Elapsed.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void WaitAsync_LateItem_DoesNotWait()
    {
        var pace = new Pace(10, _clock);
        _clock.Advance(TimeSpan.FromSeconds(5));

        pace.WaitAsync(50, CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
    }
}
