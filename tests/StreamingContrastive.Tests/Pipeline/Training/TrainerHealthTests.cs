using StreamingContrastive.Learning.Guards;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Tests.Pipeline.Training;

public sealed class TrainerHealthTests
{
    private readonly TrainerHealth _watched = new(new CollapseDetector(new CollapseLimits { WarmupSteps = 10, Windows = 2 }, 128, 0.1));

    [Fact]
    public void TakeConfirmed_UntrainedEncoder_IsHealthyAtOnce()
    {
        _watched.Committed(new(1, 0));

        _watched.TakeConfirmed().ShouldBe([new CheckpointName(1, 0)]);
        _watched.TakeConfirmed().ShouldBeEmpty();
    }

    [Fact]
    public void TakeConfirmed_OnlyMeasuresOfLaterSteps_Confirm()
    {
        _watched.Observe(20, Measured(healthy: true));
        _watched.Committed(new(1, 20));
        _watched.TakeConfirmed().ShouldBeEmpty(); // The measure of step 20 saw the weights of before step 20.

        _watched.Observe(21, Measured(healthy: true));

        _watched.TakeConfirmed().ShouldBe([new CheckpointName(1, 20)]);
    }

    [Fact]
    public void Observe_CollapseBegins_NoCheckpointOfItIsConfirmed()
    {
        _watched.Observe(20, Measured(healthy: true));
        _watched.Committed(new(1, 19));
        _watched.Committed(new(1, 25));
        _watched.Observe(30, Measured(healthy: false)).ShouldBeNull();
        _watched.IsSuspect.ShouldBeTrue();

        _watched.Observe(40, Measured(healthy: false))!.ShouldStartWith("The representations have collapsed since step 30: uniformity is 0");

        _watched.TakeConfirmed().ShouldBe([new CheckpointName(1, 19)]);
    }

    [Fact]
    public void Observe_SignOfTheWarmup_IsNoSuspicionAndNoConfirmation()
    {
        _watched.Committed(new(1, 3));
        _watched.Observe(5, Measured(healthy: false)).ShouldBeNull();

        _watched.IsSuspect.ShouldBeFalse();
        _watched.TakeConfirmed().ShouldBeEmpty();
        _watched.Observe(6, Measured(healthy: true));
        _watched.TakeConfirmed().ShouldBe([new CheckpointName(1, 3)]);
    }

    [Fact]
    public void TakeConfirmed_NobodyWatches_AStepThatCouldBeAppliedConfirms()
    {
        var health = new TrainerHealth(null);
        health.Committed(new(1, 5));
        health.TakeConfirmed().ShouldBeEmpty();

        health.Observe(6, new LoopOutcome([], new DeliveryCounters(32, 0, 0, 0), null, null)).ShouldBeNull();

        health.TakeConfirmed().ShouldBe([new CheckpointName(1, 5)]);
        health.IsSuspect.ShouldBeFalse();
    }

    private static LoopOutcome Measured(bool healthy) => new(
        [], new DeliveryCounters(32, 0, 0, 0),
        new StepMetrics(5, 0.3, 0.6, 0.9, 1, 1, 0.002, 4096, 10, 0.8, healthy ? -1.5 : 0, 0.05, 0, 0.2), null);
}
