using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Tests.Pipeline.Training;

public sealed class CheckpointCadenceTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void IsDue_EnoughRecords_True()
    {
        var cadence = new CheckpointCadence(100, TimeSpan.FromHours(1), _clock);

        cadence.Passed(99);
        cadence.IsDue.ShouldBeFalse();
        cadence.Passed(1);
        cadence.IsDue.ShouldBeTrue();
    }

    [Fact]
    public void IsDue_EnoughTimeButNoRecord_FalseUntilOneComes()
    {
        var cadence = new CheckpointCadence(100, TimeSpan.FromSeconds(10), _clock);

        _clock.Advance(TimeSpan.FromMinutes(1));
        cadence.IsDue.ShouldBeFalse();
        cadence.Passed(1);
        cadence.IsDue.ShouldBeTrue();
    }

    [Fact]
    public void Demand_WithARecord_IsDueOnce()
    {
        var cadence = new CheckpointCadence(100, TimeSpan.FromHours(1), _clock);

        cadence.Demand();
        cadence.IsDue.ShouldBeFalse();
        cadence.Passed(1);
        cadence.IsDue.ShouldBeTrue();
        cadence.Taken();
        cadence.Passed(1);
        cadence.IsDue.ShouldBeFalse();
    }

    [Fact]
    public void Taken_Due_StartsOver()
    {
        var cadence = new CheckpointCadence(1, TimeSpan.FromSeconds(10), _clock);
        cadence.Passed(1);

        cadence.Taken();

        cadence.Records.ShouldBe(0);
        cadence.IsDue.ShouldBeFalse();
    }
}
