using System.Text.RegularExpressions;
using StreamingContrastive.Pipeline.Checkpoints;
using static StreamingContrastive.Tests.Pipeline.Checkpoints.CheckpointScenario;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

/// <summary>
/// Every fsync of the commit point, left out one at a time on a disk that loses power: each has a promise that breaks without it, and
/// that never breaks with it. What is lost is noticed: no case ever loads a torn file. Seen the other way round as well: with the sync of
/// the temporary directory, of the rename, of the claim or of the export taken out of the code, its case is red (nothing left out, and
/// yet broken), and so are those that stand on it.
/// </summary>
public sealed class CheckpointSyncTests
{
    private const int Seeds = 60;
    private const string Temporary = @"^fsync /state/pipeline/checkpoints/\.tmp-[^/]*/";
    private static readonly CheckpointName Older = new(1, 10);
    private static readonly CheckpointName Newer = new(1, 20);

    private static readonly Dictionary<string, Sync> Syncs = new()
    {
        // All but the rename: a torn file under a durable name.
        ["weights"] = new(Temporary + @"weights\.bin$", ACommitLasts),
        ["queue"] = new(Temporary + @"queue\.bin$", ACommitLasts),
        ["outbox"] = new(Temporary + @"outbox\.bin$", ACommitLasts),
        ["configuration"] = new(Temporary + @"configuration\.json$", ACommitLasts),
        ["manifest"] = new(Temporary + @"manifest\.json$", ACommitLasts),
        ["names in a checkpoint"] = new(@"^fsyncdir /state/pipeline/checkpoints/\.tmp-[^/]*$", ACommitLasts),

        // The rename.
        ["name of a checkpoint"] = new("^fsyncdir /state/pipeline/checkpoints$", ACommitLasts),

        // The way to the directory.
        ["root"] = new("^fsyncdir /$", AFirstRunLasts),
        ["parent of the root"] = new("^fsyncdir /state$", AFirstRunLasts),
        ["root's own directories"] = new("^fsyncdir /state/pipeline$", AFirstRunLasts),

        // Epochs: the claim fences before anything is read, the file says where a branch begins.
        ["claim of an epoch"] = new("^fsyncdir /state/pipeline/epochs$", AClaimFencesThroughARestartOfTheServer) { Nth = 1 },
        ["epoch file"] = new(@"^fsync /state/pipeline/epochs/.*\.json$", ABranchLasts),
        ["name of an epoch file"] = new("^fsyncdir /state/pipeline/epochs$", ABranchLasts) { Nth = 2 },

        // Marks.
        ["announced"] = new("^fsyncdir /state/pipeline/announced$", AnAnnouncementLasts),
        ["healthy"] = new("^fsyncdir /state/pipeline/healthy$", AHealthyMarkLasts),

        // What a predecessor had renamed, and died before it synced it, and this start has read.
        ["checkpoint that a start has read"] = new("^fsyncdir /state/pipeline/checkpoints$", WhatAStartGoesOnFromLasts),
        ["announcement that a start has read"] = new("^fsyncdir /state/pipeline/announced$", TheAnnouncementThatAStartHasReadLasts),

        // A copy on its way to a backup.
        ["exported file"] = new("^fsync /backup/one/", AnExportLasts),
        ["names in an export"] = new("^fsyncdir /backup/one$", AnExportLasts),
        ["name of an export"] = new("^fsyncdir /backup$", AnExportLasts),
        ["parent of an export"] = new("^fsyncdir /$", AnExportLasts),
    };

    // Empty files, whose names are all they say, and what the probe removes again: there is nothing to lose.
    private static readonly Regex NothingToLose = new(@"\.claim$|^fsync .*/(announced|healthy)/|/\.probe-");

    public static TheoryData<string> Names => [.. Syncs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void PowerLoss_OneSyncLeftOut_BreaksWhatItPromisesAndNothingIsTorn(string name)
    {
        var (sync, broken) = (Syncs[name], 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            sync.Holds(new Trial(sync, seed, leftOut: false)).ShouldBeTrue($"seed {seed}, nothing left out");
            broken += sync.Holds(new Trial(sync, seed, leftOut: true)) ? 0 : 1;
        }

        broken.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Syncs_AllThatAreMade_HaveACase()
    {
        var made = new HashSet<string>();
        foreach (var sync in Syncs.Values.DistinctBy(s => s.Holds))
        {
            var trial = new Trial(sync, seed: 0, leftOut: false);
            sync.Holds(trial);
            made.UnionWith(trial.Log().Where(call => call.StartsWith("fsync", StringComparison.Ordinal)));
        }

        made.Where(call => !NothingToLose.IsMatch(call) && !Syncs.Values.Any(s => s.Call.IsMatch(call))).ShouldBeEmpty();
        Syncs.Where(s => !made.Any(s.Value.Call.IsMatch)).Select(s => s.Key).ShouldBeEmpty("never made");
    }

    private static bool AFirstRunLasts(Trial trial)
    {
        trial.Arm();
        var store = Open(trial.Disk);
        store.CommitStep(store.Start().Epoch, 10);
        return Loads(trial.AfterPowerLoss(), Older);
    }

    private static bool ACommitLasts(Trial trial)
    {
        var (store, epoch) = Begin(trial);
        store.CommitStep(epoch, 10);
        trial.Arm();
        store.CommitStep(epoch, 20, Older);
        return Loads(trial.AfterPowerLoss(), Newer);
    }

    private static bool ABranchLasts(Trial trial)
    {
        var (store, epoch) = Begin(trial);
        store.CommitStep(epoch, 10);
        store.CommitStep(epoch, 20, Older);
        trial.Arm();
        store.BeginEpoch(Older, new() { LearningRateScale = 0.5 });
        var start = Open(trial.AfterPowerLoss()).Start();
        return start.Loaded!.Name == Older && start.Epoch.LearningRateScale == 0.5;
    }

    private static bool AnAnnouncementLasts(Trial trial)
    {
        var (store, epoch) = Begin(trial);
        store.CommitStep(epoch, 10);
        trial.Arm();
        store.MarkAnnounced(Older);
        return Open(trial.AfterPowerLoss()).Start().Loaded!.IsAnnounced;
    }

    private static bool AHealthyMarkLasts(Trial trial)
    {
        var (store, epoch) = Begin(trial);
        store.CommitStep(epoch, 10);
        trial.Arm();
        store.MarkHealthy(Older);
        return Open(trial.AfterPowerLoss()).NewestHealthy() == Older;
    }

    /// <summary>
    /// A shared disk whose server loses power right after a second trainer has claimed its epoch. The first one commits once the second
    /// has read the directory: fenced, or part of what the second goes on from, but never published and left out.
    /// </summary>
    private static bool AClaimFencesThroughARestartOfTheServer(Trial trial)
    {
        var (store, epoch) = Begin(trial);
        store.CommitStep(epoch, 10);
        var second = Open(trial.Disk);
        var (claimed, committed) = (false, false);
        trial.Disk.Done = call =>
        {
            if (!claimed && call == $"fsyncdir {Root}/epochs")
            {
                claimed = true;
                trial.Disk.RestartServer(trial.Seed);
            }
            else if (claimed && call == $"list {Root}/healthy")
            {
                trial.Disk.Done = null;
                try
                {
                    store.CommitStep(epoch, 20, Older);
                    committed = true;
                }
                catch (LineageFencedException)
                {
                }
            }
        };
        trial.Arm();
        second.Start();
        trial.Disk.Done.ShouldBeNull();
        return Loads(trial.Disk, committed ? Newer : Older);
    }

    private static bool WhatAStartGoesOnFromLasts(Trial trial)
    {
        var (store, epoch) = Begin(trial);
        store.CommitStep(epoch, 10);
        trial.DieAfter($"rename {Root}/checkpoints/{Newer}", () => store.CommitStep(epoch, 20, Older));
        trial.Arm();
        Open(trial.Disk).Start().Loaded!.Name.ShouldBe(Newer);
        return Loads(trial.AfterPowerLoss(), Newer);
    }

    private static bool TheAnnouncementThatAStartHasReadLasts(Trial trial)
    {
        var (store, epoch) = Begin(trial);
        store.CommitStep(epoch, 10);
        trial.DieAfter($"fsync {Root}/announced/{Older}", () => store.MarkAnnounced(Older));
        trial.Arm();
        Open(trial.Disk).Start().Loaded!.IsAnnounced.ShouldBeTrue();
        return Open(trial.AfterPowerLoss()).Start().Loaded!.IsAnnounced;
    }

    private static bool AnExportLasts(Trial trial)
    {
        var (store, epoch) = Begin(trial);
        store.CommitStep(epoch, 10);
        trial.Arm();
        store.Export(Older, "/backup/one");
        var survivor = trial.AfterPowerLoss();
        return trial.Disk.List($"{Root}/checkpoints/{Older}").All(file =>
            survivor.DirectoryExists("/backup/one")
            && survivor.List("/backup/one").Contains(file)
            && ReadAll(survivor, $"/backup/one/{file.Name}").SequenceEqual(ReadAll(trial.Disk, $"{Root}/checkpoints/{Older}/{file.Name}")));
    }

    private static (CheckpointStore Store, EpochRecord Epoch) Begin(Trial trial)
    {
        var store = Open(trial.Disk);
        return (store, store.Start().Epoch);
    }

    /// <summary>Whether a start goes on from it; false where it is refused or goes on from an older one. What it loads is whole.</summary>
    private static bool Loads(InMemoryDisk disk, CheckpointName name)
    {
        try
        {
            var loaded = Open(disk).Start().Loaded;
            loaded?.ShouldHoldStep(loaded.Manifest.Step);
            return loaded?.Name == name;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    private static byte[] ReadAll(InMemoryDisk disk, string path)
    {
        using var stream = disk.OpenRead(path);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    /// <summary>A call, by a pattern, and what it is for.</summary>
    private sealed record Sync(string Pattern, Func<Trial, bool> Holds)
    {
        public Regex Call { get; } = new(Pattern);

        /// <summary>Only the nth such call after the scenario has got to its point; null for all of them.</summary>
        public int? Nth { get; init; }
    }

    /// <summary>One run of a scenario on a disk of its own, which lies from <see cref="Arm"/> on.</summary>
    private sealed class Trial(Sync sync, int seed, bool leftOut)
    {
        private readonly List<InMemoryDisk> _disks = [new()];

        public int Seed => seed;

        public InMemoryDisk Disk => _disks[^1];

        public IEnumerable<string> Log() => _disks.SelectMany(d => d.Log);

        public void Arm()
        {
            var met = 0;
            Disk.IgnoresSync = call => leftOut && sync.Call.IsMatch(call) && (++met == sync.Nth || sync.Nth is null);
        }

        public InMemoryDisk AfterPowerLoss() => Disk.AfterPowerLoss(seed);

        /// <summary>The process is killed once a call has been made; the disk goes on without it.</summary>
        public void DieAfter(string call, Action work)
        {
            Disk.Done = done =>
            {
                if (done == call)
                {
                    throw new SimulatedDeathException(FaultKind.Kill);
                }
            };
            Should.Throw<SimulatedDeathException>(work);
            Disk.Done = null;
            _disks.Add(Disk.AfterKill());
        }
    }
}
