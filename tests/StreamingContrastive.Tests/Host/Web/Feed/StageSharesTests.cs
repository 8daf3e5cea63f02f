using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Host.Web.Feed;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Host.Web.Feed;

public sealed class StageSharesTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StageTimes _times = new();

    [Fact]
    public void Measure_TrainersParts_AreTheWholeOfItsTime()
    {
        var shares = new StageShares(_times, _clock, looks: 10);
        Spend(PipelineStage.Process, 0.5);
        Spend(PipelineStage.Evaluate, 0.25);
        _clock.Advance(TimeSpan.FromSeconds(1));

        var measured = shares.Measure();

        measured.Where(s => s.Who == "trainer").Select(s => (s.Stage, s.Share)).ShouldBe([("step", 0.5), ("evaluation", 0.25), ("state copy", 0), ("map sample", 0), ("waiting", 0.25)]);
    }

    [Fact]
    public void Measure_Workers_AreMeasuredAgainstAllOfThem()
    {
        _times.UseWorkers(4);
        var shares = new StageShares(_times, _clock, looks: 10);
        Spend(PipelineStage.Augment, 2);
        _clock.Advance(TimeSpan.FromSeconds(1));

        shares.Measure().Single(s => s.Who == "workers").Share.ShouldBe(0.5);
    }

    [Fact]
    public void Measure_LongAgo_IsForgotten()
    {
        var shares = new StageShares(_times, _clock, looks: 3);
        Spend(PipelineStage.Process, 1);
        for (var look = 0; look < 3; look++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            shares.Measure()[0].Share.ShouldBe(1.0 / (look + 1), 1e-9);
        }

        _clock.Advance(TimeSpan.FromSeconds(1));

        shares.Measure()[0].Share.ShouldBe(0);
    }

    private void Spend(PipelineStage stage, double seconds) => _times.Add(stage, TimeSpan.FromSeconds(seconds));
}
