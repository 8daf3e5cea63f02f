using CsCheck;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;

namespace StreamingContrastive.Tests.Contracts.Client;

public sealed class DeadBranchFilterTests
{
    private static readonly Gen<StartPlan[]> _lineages =
        Gen.Select(Gen.Int[0, 9], Gen.Int[1, 4], Gen.Bool, Gen.Int[0, 4], (steps, every, dies, zombie) => new StartPlan(steps, every, dies, zombie)).Array[1, 12];

    /// <summary>
    /// Seen red with the filter changed: "message.Step >= limit" drops epoch 1 step 1, which is valid; an epoch that the chain passes by
    /// taken for valid yields epoch 2 step 1, which is dead.
    /// </summary>
    [Fact]
    public void Accept_AllAnnouncementsObserved_DropsExactlyTheDeadBranches() => _lineages.Sample(
        plan =>
        {
            var history = new RandomLineage(plan);
            var filter = new DeadBranchFilter();
            history.Announcements.ForEach(filter.Observe);

            foreach (EmbeddingMessage output in history.Outputs)
            {
                filter.Accept(output).ShouldBe(history.Survives(output), $"epoch {output.LineageEpoch} step {output.Step}");
            }
        },
        seed: "0000KOIKd6e2",
        iter: 2000);

    /// <summary>Seen red with the filter changed: "Step >= limit", and epochs newer than any observed taken for dead, both drop valid outputs.</summary>
    [Fact]
    public void Accept_AnnouncementsObservedLate_NeverDropsWhatSurvives() => Gen.Select(_lineages, Gen.Int[0, 30].Array[200], Gen.Int[1, 8]).Sample(
        (plan, lags, maxEpochs) =>
        {
            var history = new RandomLineage(plan);
            var filter = new DeadBranchFilter(maxEpochs);
            int observed = 0;
            for (int i = 0; i < history.Outputs.Count; i++)
            {
                // What was announced before the output, less a lag; and sometimes everything, as for a reader of an old backlog.
                int known = lags[i % lags.Length] == 30 ? history.Announcements.Count : history.AnnouncedBefore[i] - lags[i % lags.Length];
                for (; observed < known; observed++)
                {
                    filter.Observe(history.Announcements[observed]);
                }

                bool accepted = filter.Accept(history.Outputs[i]);
                (accepted || !history.Survives(history.Outputs[i])).ShouldBeTrue($"valid: epoch {history.Outputs[i].LineageEpoch} step {history.Outputs[i].Step}");
            }
        },
        seed: "0000KOIKd6e2",
        iter: 2000);

    [Fact]
    public void Accept_NothingObserved_PassesEverything() => new DeadBranchFilter().Accept(RandomLineage.Output(9, 1000)).ShouldBeTrue();

    [Fact]
    public void Accept_BeforeAndAfterTheSuccessorIsAnnounced_TheLateOutputPassesThenIsDropped()
    {
        var filter = new DeadBranchFilter();
        filter.Observe(RandomLineage.Announcement(1, 0, null, null));
        filter.Accept(RandomLineage.Output(1, 12)).ShouldBeTrue();

        filter.Observe(RandomLineage.Announcement(2, 20, "p", new BranchPoint(1, 10, "c")));

        filter.Accept(RandomLineage.Output(1, 12)).ShouldBeFalse();
        filter.Accept(RandomLineage.Output(1, 10)).ShouldBeTrue();
        filter.Accept(RandomLineage.Output(2, 11)).ShouldBeTrue();
        filter.Accept(RandomLineage.Output(3, 11)).ShouldBeTrue();
        filter.Dropped.ShouldBe(1);
    }

    [Fact]
    public void Accept_PipelineBegunAnew_ForgetsTheOldLineage()
    {
        var filter = new DeadBranchFilter();
        filter.Observe(RandomLineage.Announcement(1, 0, null, null));
        filter.Observe(RandomLineage.Announcement(2, 20, "p", new BranchPoint(1, 10, "c")));

        filter.Observe(RandomLineage.Announcement(1, 0, null, null) with { ManifestSha256 = new string('b', 64) });

        filter.Accept(RandomLineage.Output(1, 15)).ShouldBeTrue();
    }

    [Fact]
    public void Accept_FirstAnnouncementRepeated_KeepsWhatIsKnown()
    {
        var filter = new DeadBranchFilter();
        filter.Observe(RandomLineage.Announcement(1, 0, null, null));
        filter.Observe(RandomLineage.Announcement(2, 20, "p", new BranchPoint(1, 10, "c")));

        filter.Observe(RandomLineage.Announcement(1, 0, null, null));

        filter.Accept(RandomLineage.Output(1, 15)).ShouldBeFalse();
    }

    [Fact]
    public void Accept_TombstoneOfAnotherProgram_Passes()
    {
        var filter = new DeadBranchFilter();
        filter.Observe(RandomLineage.Announcement(2, 20, "p", new BranchPoint(1, 10, "c")));

        filter.Accept(new PublishedTombstone { Key = [1] }).ShouldBeTrue();
    }
}
