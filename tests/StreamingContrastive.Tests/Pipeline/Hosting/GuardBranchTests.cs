using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Training;
using StreamingContrastive.Tests.Pipeline.Checkpoints;
using static StreamingContrastive.Tests.Pipeline.Checkpoints.CheckpointScenario;

namespace StreamingContrastive.Tests.Pipeline.Hosting;

public sealed class GuardBranchTests
{
    private static readonly GuardTrip Trip = new("3 batches in a row could not be trained on", 41, [new RetriedRange("records", 0, 400, 430)]);

    private readonly InMemoryDisk _disk = new();
    private readonly CheckpointStore _store;

    public GuardBranchTests() => _store = Open(_disk);

    // Seen red with the newest checkpoint instead of store.NewestHealthy().
    [Fact]
    public void Begin_NewerCheckpointsAreNotKnownToBeHealthy_GoesBackBehindThemWithALowerRate()
    {
        var start = _store.Start();
        Commit(start.Epoch, healthy: true, 10, 20);
        Commit(start.Epoch, healthy: false, 30, 40);
        _store.MarkAnnounced(new(1, 30));

        var message = Branch(start.Epoch).Message;

        message.ShouldContain("3 batches in a row could not be trained on (step 41). Restoring 0000000001-000000000020 in lineage epoch 2: attempt 1 of 3, learning rate 0.5");
        var next = Open(_disk).Start();
        next.Loaded!.ShouldHoldStep(20);
        (next.Epoch.Epoch, next.Epoch.LearningRateScale, next.Epoch.Attempt).ShouldBe((3, 0.5, 1));
        next.Epoch.Retried.ShouldBe(Trip.Retried);
    }

    [Fact]
    public void Begin_NothingBetterSinceTheRestore_CountsAttemptsAndThenStops()
    {
        var start = _store.Start();
        Commit(start.Epoch, healthy: true, 10);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Branch(start.Epoch);
            start = _store.Start(); // A plain restart in between changes nothing.
            start = _store.Start();
            (start.Epoch.Attempt, start.Epoch.LearningRateScale).ShouldBe((attempt, Math.Pow(0.5, attempt)));
            Commit(start.Epoch, healthy: false, 20);
        }

        var stop = Should.Throw<GuardExhaustedException>(() => Branch(start.Epoch));

        stop.Message.ShouldContain("3 of guards:maxAttempts = 3 attempts were made, the learning rate is at 0.125");
        _store.Start().Loaded!.ShouldHoldStep(20); // Nothing was changed.
    }

    [Fact]
    public void Begin_HealthyAgainInBetween_StartsCountingAnew()
    {
        var start = _store.Start();
        Commit(start.Epoch, healthy: true, 10);
        Branch(start.Epoch);
        start = _store.Start();
        Commit(start.Epoch, healthy: true, 20);
        start = _store.Start();

        Branch(start.Epoch);

        var next = _store.Start();
        next.Loaded!.ShouldHoldStep(20);
        (next.Epoch.Attempt, next.Epoch.LearningRateScale).ShouldBe((1, 0.25));
    }

    [Fact]
    public void Begin_NewestHealthyIsDamaged_TakesTheOneBefore()
    {
        var start = _store.Start();
        Commit(start.Epoch, healthy: true, 10, 20);
        _disk.DeleteTree($"{Root}/checkpoints/{new CheckpointName(1, 20)}/weights.bin");

        Branch(start.Epoch);

        _store.Start().Loaded!.ShouldHoldStep(10);
    }

    [Fact]
    public void Begin_NothingCommittedYet_BeginsAnew()
    {
        var start = _store.Start();

        Branch(start.Epoch).Message.ShouldContain("the very beginning");

        _store.Start().Loaded.ShouldBeNull();
    }

    [Fact]
    public void Begin_ANewerTrainerIsAtWork_IsNotFenced()
    {
        var start = _store.Start();
        var newer = _store.Start();

        Should.Throw<LineageFencedException>(() => Branch(start.Epoch));

        _store.EnsureNewest(newer.Epoch.Epoch);
    }

    [Fact]
    public void Retain_OnlyAnOldOneIsHealthy_IsKeptForTheGuards()
    {
        var epoch = _store.Start().Epoch;
        Commit(epoch, healthy: true, 10, 20);
        Commit(epoch, healthy: false, 30, 40, 50);

        _store.Retain(2, 1, epoch);

        _store.List().Select(c => c.Name.Step).ShouldBe([20, 40, 50]);
        _store.NewestHealthy().ShouldBe(new CheckpointName(1, 20));
        _disk.List($"{Root}/healthy").Select(e => e.Name).ShouldBe([new CheckpointName(1, 20).ToString()]);
    }

    private GuardTrippedException Branch(EpochRecord current) => new GuardBranch(_store, current, new GuardOptions()).Begin(Trip);

    private void Commit(EpochRecord epoch, bool healthy, params long[] steps)
    {
        foreach (var step in steps)
        {
            var name = _store.CommitStep(epoch, step);
            if (healthy)
            {
                _store.MarkHealthy(name);
            }
        }
    }
}
