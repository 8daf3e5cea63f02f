using StreamingContrastive.Pipeline.Checkpoints;
using static StreamingContrastive.Tests.Pipeline.Checkpoints.CheckpointScenario;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

public sealed class CheckpointRetentionTests
{
    private readonly InMemoryDisk _disk = new();
    private readonly CheckpointStore _store;

    public CheckpointRetentionTests() => _store = Open(_disk);

    [Fact]
    public void Retain_MoreThanKeep_KeepsTheNewestAndTheNewestAnnounced()
    {
        var epoch = _store.Start().Epoch;
        foreach (var step in new[] { 10, 20, 30, 40, 50 })
        {
            _store.CommitStep(epoch, step);
        }

        _store.MarkAnnounced(new(1, 10));
        _store.MarkAnnounced(new(1, 20));
        _store.Retain(2, 1, epoch);

        Steps().ShouldBe([20, 40, 50]);
        _disk.List($"{Root}/announced").Select(e => e.Name).ShouldBe([new CheckpointName(1, 20).ToString()]);
        _disk.List($"{Root}/checkpoints").Count.ShouldBe(3);
    }

    // A consumer that has read an announcement loads its checkpoint a while later: seen red with the newest announced only.
    [Fact]
    public void Retain_SomeAnnounced_KeepsAsManyOfThem()
    {
        var epoch = _store.Start().Epoch;
        foreach (var step in new[] { 10, 20, 30, 40, 50, 60 })
        {
            _store.MarkAnnounced(_store.CommitStep(epoch, step));
        }

        _store.Retain(keep: 2, keepAnnounced: 4, epoch);

        Steps().ShouldBe([30, 40, 50, 60]);
    }

    // A guard has restored: who reads NAME.models sees the announcement of a checkpoint that is an orphan now, until the first of the new
    // epoch is announced. Seen red with announced ones of the chain only.
    [Fact]
    public void Retain_TheNewestAnnouncedIsAnOrphan_KeepsItUntilANewerIsAnnounced()
    {
        var old = _store.Start().Epoch;
        var healthy = _store.CommitStep(old, 10);
        _store.MarkAnnounced(healthy);
        _store.MarkAnnounced(_store.CommitStep(old, 20));
        var epoch = _store.BeginEpoch(healthy, new() { AcceptRollback = true });
        _store.CommitStep(epoch, 11);
        _store.CommitStep(epoch, 12);
        _store.Retain(keep: 1, keepAnnounced: 1, epoch);
        Steps().ShouldBe([10, 20, 12]); // 10 is the branch.

        _store.MarkAnnounced(new(epoch.Epoch, 12));
        _store.CommitStep(epoch, 13);
        _store.Retain(keep: 1, keepAnnounced: 1, epoch);

        Steps().ShouldBe([10, 12, 13]);
    }

    [Fact]
    public void Retain_InANewEpoch_KeepsTheOneThatItBranchesFrom()
    {
        _store.CommitStep(_store.Start().Epoch, 10);
        var epoch = _store.Start().Epoch;
        foreach (var step in new[] { 20, 30, 40 })
        {
            _store.CommitStep(epoch, step);
        }

        _store.Retain(2, 1, epoch);

        Steps().ShouldBe([10, 30, 40]);
    }

    [Fact]
    public void Retain_OldOrphans_GoWithTheOldOnes()
    {
        var old = _store.Start().Epoch;
        _store.CommitStep(old, 10);
        var epoch = _store.Start().Epoch;
        var late = _store.Prepare(Content(30), new(new(1, 30), null, null));
        _disk.Rename(late.TemporaryPath, late.TemporaryPath.Replace(".tmp-", "", StringComparison.Ordinal));
        _store.CommitStep(epoch, 20);
        _store.Retain(2, 1, epoch);
        Steps().ShouldBe([10, 30, 20]);

        _store.CommitStep(epoch, 25);
        _store.Retain(2, 1, epoch);
        Steps().ShouldBe([10, 20, 25]); // 10 is the branch
    }

    [Fact]
    public void Retain_ManyStarts_DoesNotPileUpEpochFilesAndKeepsTheChain()
    {
        _store.CommitStep(_store.Start().Epoch, 10);
        for (var i = 0; i < 20; i++)
        {
            _store.Start();
        }

        var epoch = _store.Start().Epoch;
        _store.CommitStep(epoch, 20);
        _store.Retain(2, 1, epoch);

        _disk.List($"{Root}/epochs").Select(e => CheckpointLayout.EpochOf(e.Name)).Distinct().ShouldBe([1, epoch.Epoch], ignoreOrder: true);
        var next = _store.Start();
        (next.Epoch.Epoch, next.Loaded!.Name, next.Findings.Count).ShouldBe((epoch.Epoch + 1, new CheckpointName(epoch.Epoch, 20), 0));
    }

    [Fact]
    public void StartLineage_LeftoversOfOlderTrainers_AreRemoved()
    {
        var epoch = _store.Start().Epoch;
        _store.Prepare(Content(10), new(new(1, 10), null, null));
        _disk.CreateDirectory($"{Root}/checkpoints/.trash-0000000001-000000000005");
        _disk.CreateDirectory($"{Root}/checkpoints/.tmp-0000000009-000000000005"); // a newer trainer's
        _disk.List($"{Root}/checkpoints").Count.ShouldBe(3);

        _store.Start();

        _disk.List($"{Root}/checkpoints").Select(e => e.Name).ShouldBe([".tmp-0000000009-000000000005"]);
        epoch.Epoch.ShouldBe(1);
    }

    private IEnumerable<long> Steps() => _store.List().Select(l => l.Name.Step);
}
