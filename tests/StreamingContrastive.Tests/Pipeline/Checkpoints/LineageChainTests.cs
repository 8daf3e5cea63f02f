using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

public sealed class LineageChainTests
{
    [Fact]
    public void Build_EpochsThatBranch_HoldsEachUpToTheBranch()
    {
        var chain = Build((1, null), (2, new(1, 20)), (3, new(1, 20)), (4, new(3, 50)));

        chain.Contains(new(4, 999)).ShouldBeTrue();
        chain.Contains(new(3, 50)).ShouldBeTrue();
        chain.Contains(new(3, 51)).ShouldBeFalse();
        chain.Contains(new(2, 30)).ShouldBeFalse();
        chain.Contains(new(1, 20)).ShouldBeTrue();
        chain.Contains(new(1, 30)).ShouldBeFalse();
        (chain.ContainsEpoch(2), chain.ContainsEpoch(3), chain.NamesCheckpoint).ShouldBe((false, true, true));
    }

    [Fact]
    public void Build_FreshStartAfterFreshStart_NamesNoCheckpoint()
    {
        var chain = Build((1, null), (2, null));

        (chain.NamesCheckpoint, chain.Contains(new(1, 5)), chain.Contains(new(2, 5))).ShouldBe((false, false, true));
    }

    [Fact]
    public void Build_ParentOfWhichNothingIsLeft_EndsThere()
    {
        var chain = Build((3, null), (9, new(7, 10)));

        (chain.Contains(new(7, 10)), chain.Contains(new(3, 1)), chain.NamesCheckpoint).ShouldBe((true, false, true));
    }

    [Fact]
    public void Build_NothingReadableAboutAnEpoch_GoesOnWithTheOneBefore()
    {
        var chain = LineageChain.Build([1, 2, 3], e => e == 2 ? null : new EpochBranch(e == 3 ? new(2, 5) : null));

        (chain.Contains(new(2, 6)), chain.Contains(new(2, 5)), chain.Contains(new(1, 99))).ShouldBe((false, true, true));
    }

    [Fact]
    public void Build_ParentThatIsNotOlder_DoesNotLoop() =>
        Build((1, null), (2, new(2, 5))).ContainsEpoch(1).ShouldBeFalse();

    private static LineageChain Build(params (long Epoch, CheckpointName? Parent)[] epochs)
    {
        var branches = epochs.ToDictionary(e => e.Epoch, e => new EpochBranch(e.Parent));
        return LineageChain.Build(branches.Keys, e => branches[e]);
    }
}
