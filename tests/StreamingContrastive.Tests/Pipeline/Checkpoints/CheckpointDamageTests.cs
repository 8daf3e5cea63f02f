using StreamingContrastive.Pipeline.Checkpoints;
using static StreamingContrastive.Tests.Pipeline.Checkpoints.CheckpointScenario;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

public sealed class CheckpointDamageTests
{
    private static readonly CheckpointName Older = new(1, 10);
    private static readonly CheckpointName Newer = new(1, 20);
    private readonly InMemoryDisk _disk = new();
    private readonly CheckpointStore _store;

    public CheckpointDamageTests()
    {
        _store = Open(_disk);
        var epoch = _store.Start().Epoch;
        _store.CommitStep(epoch, 10);
        _store.CommitStep(epoch, 20, Older);
        _store.MarkAnnounced(Older);
    }

    [Theory]
    [InlineData("weights.bin")]
    [InlineData("outbox.bin")]
    [InlineData("configuration.json")]
    [InlineData("manifest.json")]
    public void StartLineage_AnyBitOfTheNewestFlipped_UsesTheOlderAndNamesTheDamage(string file)
    {
        var path = PathOf(Newer, file);
        var length = _disk.OpenRead(path).Length;
        for (var i = 0; i < length; i += 1 + (int)(length / 40))
        {
            var flip = (byte[] b) => b.Select((x, j) => j == i ? (byte)(x ^ 4) : x).ToArray();
            _disk.Tamper(path, flip);

            ShouldUseOlder(file);

            _disk.Tamper(path, flip);
        }
    }

    [Theory]
    [InlineData("weights.bin")]
    [InlineData("manifest.json")]
    public void StartLineage_FileCutOrMissing_UsesTheOlderAndNamesTheDamage(string file)
    {
        _disk.Tamper(PathOf(Newer, file), b => b[..^1]);
        ShouldUseOlder(file);

        _disk.DeleteTree(PathOf(Newer, file));
        ShouldUseOlder(file);
    }

    [Fact]
    public void StartLineage_NewestAnnouncedIsDamaged_GoesBackOnlyWhenToldTo()
    {
        _store.MarkAnnounced(Newer);
        Damage(Newer);

        Should.Throw<CheckpointRollbackException>(() => _store.Start()).ShouldSatisfyAllConditions(
            e => (e.Target, e.Announced).ShouldBe((Older, Newer)),
            e => e.Message.ShouldContain("--accept-rollback"),
            e => e.Message.ShouldContain("weights.bin"));

        _store.Start(acceptRollback: true).Loaded!.Name.ShouldBe(Older);
        _store.Start().Loaded!.Name.ShouldBe(Older); // The rollback is part of the lineage now.
    }

    // Seen red with the claim before the look: the running trainer was fenced by a start that did not take place.
    [Fact]
    public void StartLineage_ThatIsRefused_DoesNotStopARunningTrainer()
    {
        var running = _store.Epochs().Single();
        _store.MarkAnnounced(Newer);
        Damage(Newer);

        Should.Throw<CheckpointRollbackException>(() => Open(_disk).Start());

        _store.EnsureNewest(running.Epoch);
        var next = _store.CommitStep(running, 30, Newer);
        _store.MarkAnnounced(next);
        Open(_disk).Start().Loaded!.Name.ShouldBe(next);
    }

    // Seen red with the first look taken for the second: the new epoch branched before a checkpoint that the old trainer published.
    [Fact]
    public void StartLineage_ACommitBetweenTheLookAndTheClaim_IsGoneOnFrom()
    {
        var running = _store.Epochs().Single();
        var next = new CheckpointName(1, 30);
        _disk.Done = call =>
        {
            if (call.StartsWith("list", StringComparison.Ordinal) && call.EndsWith("healthy", StringComparison.Ordinal))
            {
                _disk.Done = null;
                _store.CommitStep(running, 30, Newer);
            }
        };

        Open(_disk).Start().Loaded!.Name.ShouldBe(next);
    }

    [Fact]
    public void StartLineage_DirectoryOfTheNewestAnnouncedIsGone_GoesBackOnlyWhenToldTo()
    {
        _store.MarkAnnounced(Newer);
        _disk.DeleteTree($"{Root}/checkpoints/{Newer}");

        Should.Throw<CheckpointRollbackException>(() => _store.Start());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StartLineage_NoneIsWhole_NeverStartsAfresh(bool acceptRollback)
    {
        Damage(Older);
        Damage(Newer);

        Should.Throw<CheckpointDamagedException>(() => _store.Start(acceptRollback)).ShouldSatisfyAllConditions(
            e => e.Findings.Count(f => f.Kind == CheckpointFindingKind.Damaged).ShouldBe(2),
            e => e.Message.ShouldContain(Older.ToString()),
            e => e.Message.ShouldContain(Newer.ToString()));
    }

    [Fact]
    public void StartLineage_AllCheckpointsGoneButAnEpochNamesOne_NeverStartsAfresh()
    {
        var epoch = _store.Start().Epoch;
        epoch.Parent.ShouldBe(Newer);
        _disk.DeleteTree($"{Root}/announced/{Older}");
        _disk.DeleteTree($"{Root}/checkpoints/{Older}");
        _disk.DeleteTree($"{Root}/checkpoints/{Newer}");

        Should.Throw<CheckpointDamagedException>(() => _store.Start());
    }

    [Fact]
    public void StartLineage_CheckpointOfANewerFormat_StopsInsteadOfGoingBehindIt()
    {
        _disk.Tamper(PathOf(Newer, "manifest.json"), bytes =>
        {
            var manifest = ChecksummedJson.Open(bytes, "manifest.json", CheckpointJson.Default.CheckpointManifest);
            return ChecksummedJson.Seal(manifest with { FormatVersion = 2, Checksum = ChecksummedJson.NoChecksum }, CheckpointJson.Default.CheckpointManifest);
        });

        Should.Throw<CheckpointFormatException>(() => _store.Start()).Message.ShouldContain("has format 2");
    }

    [Fact]
    public void ListVerifyExport_DamagedAndWhole_TellThemApart()
    {
        Damage(Newer);
        var reader = CheckpointStore.OpenReadOnly(Root, _disk);

        reader.List().Select(l => (l.Name, l.Announced, l.InLineage, l.Problem)).ShouldBe([(Older, true, true, null), (Newer, false, true, null)]);
        reader.Verify(Older).IsWhole.ShouldBeTrue();
        reader.Verify(Newer).Problems.ShouldHaveSingleItem().ShouldContain("SHA-256");
        reader.Verify(new(9, 9)).Problems.ShouldHaveSingleItem().ShouldContain("manifest.json is missing");

        reader.Export(Older, "/export/model");
        CheckpointVerifier.ReadAll(_disk, "/export/model/weights.bin").ShouldBe(Weights(10));
        _disk.List("/export/model").Count.ShouldBe(5);
        Should.Throw<IOException>(() => reader.Export(Older, "/export/model")).Message.ShouldContain("exists already");
        Should.Throw<CheckpointDamagedException>(() => reader.Export(Newer, "/export/other"));
        _disk.DirectoryExists("/export/other").ShouldBeFalse();
    }

    [Fact]
    public void OpenReadOnly_NoCheckpointDirectory_SaysWhatToGive() =>
        Should.Throw<CheckpointDirectoryException>(() => CheckpointStore.OpenReadOnly("/elsewhere", _disk)).Message.ShouldContain("/elsewhere");

    private static string PathOf(CheckpointName name, string file) => $"{Root}/checkpoints/{name}/{file}";

    private void Damage(CheckpointName name) => _disk.Tamper(PathOf(name, "weights.bin"), b => [.. b[..^1], (byte)(b[^1] ^ 1)]);

    private void ShouldUseOlder(string file)
    {
        var load = _store.LoadNewest(acceptRollback: false);
        load.Checkpoint!.ShouldHoldStep(10);
        load.Findings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.Kind.ShouldBe(CheckpointFindingKind.Damaged), f => f.Message.ShouldContain(Newer.ToString()), f => f.Message.ShouldContain(file));
    }
}
