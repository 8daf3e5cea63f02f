using StreamingContrastive.Pipeline.Checkpoints;
using static StreamingContrastive.Tests.Pipeline.Checkpoints.CheckpointScenario;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

public sealed class CheckpointStoreTests
{
    private readonly InMemoryDisk _disk = new();

    [Fact]
    public void Open_FileSystemWithoutExclusiveCreate_IsRefusedWithAdvice()
    {
        _disk.OverwritesInsteadOfExclusive = true;

        Should.Throw<CheckpointDirectoryException>(() => Open(_disk)).Message.ShouldSatisfyAllConditions(
            m => m.ShouldContain(Root), m => m.ShouldContain("created a second time"), m => m.ShouldContain("checkpoint.directory"));
    }

    [Fact]
    public void Open_FileSystemThatRenamesOverDirectories_IsRefused()
    {
        _disk.RenamesOverDirectories = true;

        Should.Throw<CheckpointDirectoryException>(() => Open(_disk)).Message.ShouldContain("renamed over one that is not empty");
    }

    [Fact]
    public void Open_ReadOnlyFileSystem_SaysSo()
    {
        (_disk.FaultAt, _disk.ErrorCode) = (1, 30);

        Should.Throw<CheckpointDirectoryException>(() => Open(_disk)).Message.ShouldContain("the file system is read-only");
    }

    [Fact]
    public void Open_UsableDirectory_LeavesNothingOfTheProbe()
    {
        Open(_disk);

        _disk.List(Root).Select(e => e.Name).Order().ShouldBe(["announced", "checkpoints", "epochs", "healthy"]);
    }

    [Fact]
    public void StartLineage_EmptyDirectory_IsAFreshStart()
    {
        var start = Open(_disk).Start();

        (start.Epoch.Epoch, start.Epoch.Parent, start.Loaded, start.ModelVersionFloor).ShouldBe((1, null, null, 0ul));
        start.Findings.ShouldBeEmpty();
        (start.Epoch.Host, start.Epoch.ProcessId, start.Epoch.LearningRateScale, start.Epoch.Attempt).ShouldBe(("host", 1, 1d, 0));
    }

    [Fact]
    public void StartLineage_AfterCommits_GoesOnFromTheNewest()
    {
        var store = Open(_disk);
        var first = store.Start().Epoch;
        store.CommitStep(first, 10);
        var newest = store.CommitStep(first, 20, new(1, 10));

        var start = Open(_disk).Start();

        start.Loaded!.ShouldHoldStep(20);
        (start.Epoch.Epoch, start.Epoch.Parent, start.ModelVersionFloor).ShouldBe((2, newest, 20ul));
        var manifest = start.Loaded!.Manifest;
        (manifest.Parent, manifest.BranchedFrom, manifest.ClusterId, manifest.TopicIds["records"], manifest.Seed).ShouldBe((new CheckpointName(1, 10), null, "cluster", "topic-id", 42ul));
        manifest.CreatedAt.ShouldBe(Time.GetUtcNow());
        manifest.Files.Select(f => f.Name).ShouldBe(["weights.bin", "queue.bin", "outbox.bin", "configuration.json"]);
        start.Loaded.IsAnnounced.ShouldBeFalse();
    }

    [Fact]
    public void StartLineage_StepOfAnEpochAboveOneOfANewerEpoch_TakesTheNewerEpochs()
    {
        var store = Open(_disk);
        store.CommitStep(store.Start().Epoch, 10);
        var second = store.Start();
        store.CommitStep(second.Epoch, 12, second.Epoch.Parent);

        store.Start().Loaded!.Name.ShouldBe(new(2, 12));
    }

    [Fact]
    public void Commit_TrainerThatWasReplaced_IsFencedBeforeTheRename()
    {
        var old = Open(_disk);
        var epoch = old.Start().Epoch;
        var prepared = old.Prepare(Content(10), new(new(1, 10), null, null));
        Open(_disk).Start();

        Should.Throw<LineageFencedException>(() => old.Commit(prepared)).ShouldSatisfyAllConditions(
            e => (e.Epoch, e.NewerEpoch).ShouldBe((1, 2)), e => e.Message.ShouldContain("0000000002.claim"));

        old.List().ShouldBeEmpty();
        Should.Throw<LineageFencedException>(() => old.EnsureNewest(epoch.Epoch));
    }

    [Fact]
    public void Commit_TrainerThatIsReplacedDuringTheRename_IsFencedAfterIt()
    {
        // Seen red by removing the second EnsureNewest from Commit: its outbox would have been published.
        var old = Open(_disk);
        var epoch = old.Start().Epoch;
        _disk.Done = call =>
        {
            if (call.StartsWith("rename", StringComparison.Ordinal))
            {
                _disk.Done = null;
                Open(_disk.AfterKill()).Start();
            }
        };

        Should.Throw<LineageFencedException>(() => old.CommitStep(epoch, 10));

        // The newer trainer was started after the rename, so it goes on from it.
        Open(_disk).Start().Loaded!.Name.ShouldBe(new(1, 10));
    }

    [Fact]
    public void StartLineage_CommitOfAReplacedTrainerAfterTheBranch_IsAnOrphanThatIsNamedAndIgnored()
    {
        var old = Open(_disk);
        var epoch = old.Start().Epoch;
        old.CommitStep(epoch, 10);
        Open(_disk).Start();
        var late = old.Prepare(Content(30), new(new(1, 30), new(1, 10), null));
        _disk.Rename(late.TemporaryPath, late.TemporaryPath.Replace(".tmp-", "", StringComparison.Ordinal)); // the zombie was past its check

        var start = Open(_disk).Start();

        start.Loaded!.Name.ShouldBe(new(1, 10));
        start.Findings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.Kind.ShouldBe(CheckpointFindingKind.Orphan), f => f.Message.ShouldContain("0000000001-000000000030"));
        start.ModelVersionFloor.ShouldBe(30ul);
    }

    [Fact]
    public void StartLineage_EpochThatWasOnlyClaimed_IsPassedOver()
    {
        var store = Open(_disk);
        store.CommitStep(store.Start().Epoch, 10);
        _disk.TryCreateNew($"{Root}/epochs/0000000002.claim", _ => { });
        _disk.TryCreateNew($"{Root}/epochs/0000000003.json", s => s.Write("{\"epoch\": 3, "u8));

        var start = Open(_disk).Start();

        (start.Epoch.Epoch, start.Loaded!.Name).ShouldBe((4, new CheckpointName(1, 10)));
        start.Findings.ShouldHaveSingleItem().Kind.ShouldBe(CheckpointFindingKind.UnreadableEpoch);
    }

    [Fact]
    public void StartLineage_EpochFilesGone_FindsTheChainInTheManifests()
    {
        var store = Open(_disk);
        store.CommitStep(store.Start().Epoch, 10);
        var second = store.Start();
        store.CommitStep(second.Epoch, 20, second.Epoch.Parent);
        foreach (var entry in _disk.List($"{Root}/epochs"))
        {
            _disk.DeleteTree($"{Root}/epochs/{entry.Name}");
        }

        var start = Open(_disk).Start();

        (start.Epoch.Epoch, start.Loaded!.Name, start.Findings.Count).ShouldBe((3, new CheckpointName(2, 20), 0));
    }

    [Fact]
    public void StartLineage_ScaleAndAttempt_AreTakenOverUnlessSaid()
    {
        var store = Open(_disk);
        store.StartLineage(new() { LearningRateScale = 0.5, Attempt = 3 });

        (store.Start().Epoch.LearningRateScale, store.Epochs()[^1].Attempt).ShouldBe((0.5, 3));
        store.StartLineage(new() { LearningRateScale = 1, Attempt = 0 }).Epoch.Attempt.ShouldBe(0);
    }

    [Fact]
    public void BeginEpoch_OlderCheckpoint_MakesTheLaterOnesOrphans()
    {
        var store = Open(_disk);
        var epoch = store.Start().Epoch;
        store.CommitStep(epoch, 10);
        store.CommitStep(epoch, 20, new(1, 10));
        store.MarkAnnounced(new(1, 20));

        Should.Throw<CheckpointRollbackException>(() => store.BeginEpoch(new(1, 10), new())).Announced.ShouldBe(new(1, 20));
        Should.Throw<ArgumentException>(() => store.BeginEpoch(new(1, 15), new()));
        store.BeginEpoch(new(1, 10), new() { AcceptRollback = true, Attempt = 1, LearningRateScale = 0.3 });

        var start = store.Start();
        (start.Loaded!.Name, start.Epoch.Attempt, start.Epoch.LearningRateScale).ShouldBe((new CheckpointName(1, 10), 1, 0.3));
    }

    [Fact]
    public void Prepare_FileNameOfTheStoresOwnOrWithAPath_IsRefused()
    {
        var store = Open(_disk);
        store.Start();

        foreach (var name in new[] { "manifest.json", "outbox.bin", "../weights.bin", ".hidden", "" })
        {
            var content = Content(1) with { Files = [new(name, _ => { })] };
            Should.Throw<ArgumentException>(() => store.Prepare(content, new(new(1, 1), null, null))).Message.ShouldContain($"'{name}'");
        }
    }
}
