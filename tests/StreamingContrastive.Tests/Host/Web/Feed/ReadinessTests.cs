using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Host.Web.Feed;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Host.Web.Feed;

public sealed class ReadinessTests
{
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly long _start;

    public ReadinessTests()
    {
        _clock.Advance(TimeSpan.FromSeconds(1)); // Timestamp 0 means never.
        _start = _clock.GetTimestamp();
    }

    [Fact]
    public void Problems_StepsAreMade_AreNone() => Problems(Running).ShouldBeEmpty();

    [Fact]
    public void Problems_NothingToDoSinceTheStart_AreNone() => Problems(Running with { FirstStepTimestamp = 0, LastStepTimestamp = 0, Lag = 0 }).ShouldBeEmpty();

    [Fact]
    public void Problems_TrainerIsBeingLoaded_SaysSo() => Problems(new PipelineProgress()).ShouldBe(["The trainer is being started."]);

    [Fact]
    public void Problems_RecordsWaitForTheFirstStep_SaysHowMany() =>
        Problems(Running with { FirstStepTimestamp = 0, LastStepTimestamp = 0, Lag = 1000 }).ShouldBe(["No step was made yet, and 1,000 records wait."]);

    [Fact]
    public void Problems_LagUnknownBeforeTheFirstStep_IsNotReady() =>
        Problems(Running with { FirstStepTimestamp = 0, LastStepTimestamp = 0, Lag = -1 }).ShouldHaveSingleItem().ShouldContain("not known yet");

    [Fact]
    public void Problems_RecordsWaitAndNoStepForAMinute_StandsStill()
    {
        _clock.Advance(Readiness.Standstill + _fresh);

        Problems(Running).ShouldBe(["500 records wait, and the last step ended 61 s ago."]);
        Problems(Running with { Lag = 127 }).ShouldBeEmpty(); // Fewer than two batches: the stream rests.
    }

    [Fact]
    public void Problems_BrokerIsSilent_SaysForHowLong()
    {
        Problems(Running, sinceBroker: TimeSpan.FromSeconds(16)).ShouldBe(["No broker has answered for 16 s."]);
        Problems(Running, sinceBroker: null).ShouldBe(["No broker has answered yet."]);
    }

    [Fact]
    public void Problems_CollapseIsSuspected_SaysThatOutputsWait() =>
        Problems(Running with { IsCollapseSuspected = true }).ShouldBe(["A collapse of the representations is suspected: outputs wait."]);

    [Fact]
    public void Problems_TrainingGoesOnAndNothingIsAcknowledged_SaysForHowLong()
    {
        _clock.Advance(TimeSpan.FromSeconds(81));
        var steps = Running with { LastStepTimestamp = _clock.GetTimestamp() };

        Problems(steps).ShouldBe(["The trainer goes on, but no output was acknowledged for 81 s."]);
        Problems(steps with { LastPublishedTimestamp = _clock.GetTimestamp() }).ShouldBeEmpty();
    }

    [Fact]
    public void Problems_StreamRestsAfterItsOutputs_AreNone()
    {
        var rested = Running with { Lag = 0, LastPublishedTimestamp = _start };
        _clock.Advance(TimeSpan.FromHours(5));

        Problems(rested).ShouldBeEmpty();
    }

    [Fact]
    public void Fatal_TrainersThreadIsSilent_SaysForHowLong()
    {
        Readiness.Fatal(Condition(Running, _fresh)).ShouldBeNull();
        Readiness.Fatal(Condition(new PipelineProgress(), _fresh)).ShouldBeNull();

        _clock.Advance(Readiness.Dead + _fresh);

        Readiness.Fatal(Condition(Running, _fresh)).ShouldBe("The trainer's thread has said nothing for 901 s.");
        Readiness.Fatal(Condition(new PipelineProgress(), _fresh)).ShouldBeNull(); // A big model takes its time to load.
    }

    private PipelineProgress Running => new() { Timestamp = _start, FirstStepTimestamp = _start, LastStepTimestamp = _start, Lag = 500 };

    private IReadOnlyList<string> Problems(PipelineProgress progress) => Problems(progress, _fresh);

    private IReadOnlyList<string> Problems(PipelineProgress progress, TimeSpan? sinceBroker) => Readiness.Problems(Condition(progress, sinceBroker));

    private PipelineCondition Condition(PipelineProgress progress, TimeSpan? sinceBroker) =>
        new(progress, _clock.GetTimestamp(), _clock, sinceBroker, BatchSize: 64, CheckpointEvery: TimeSpan.FromSeconds(10));
}
