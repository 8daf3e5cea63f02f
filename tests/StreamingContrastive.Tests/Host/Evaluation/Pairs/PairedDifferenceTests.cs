using StreamingContrastive.Host.Evaluation;
using StreamingContrastive.Host.Evaluation.Pairs;

namespace StreamingContrastive.Tests.Host.Evaluation.Pairs;

public sealed class PairedDifferenceTests
{
    private const string Direction = "twitterToGoogle";

    [Fact]
    public void Of_ARowThatGains_ComparesTheSameSeedsQueryByQuery()
    {
        // Plain finds half of 100; the row finds these and 20 more under seed 1, 10 more under seed 2; seed 3 has no plain.
        var runs = new[] { Run("plain", 1, 50), Run("plain", 2, 50), Run("clusterGuided", 1, 70), Run("clusterGuided", 2, 60), Run("clusterGuided", 3, 0) };

        var gain = PairedDifference.Of(runs).Single(d => d.Figure == Direction + "R1");

        gain.Part.ShouldBe("clusterGuided");
        gain.Mean.ShouldBe(0.15, 1e-12);
        gain.Low.ShouldBeInRange(0.03, 0.14);
        gain.High.ShouldBeInRange(0.16, 0.3);
    }

    /// <summary>The own text is nearest for half of 100 without training on edits, for 60 with it; only the first place is right.</summary>
    [Fact]
    public void Of_ARowThatPicksMoreTexts_IsComparedToo()
    {
        EvaluationRun Picks(string part, int right) => Run(part, 1, 0) with
        {
            Ranks = new Dictionary<string, int[]> { [EditQuestions.Ranks("google")] = [.. Enumerable.Range(0, 100).Select(i => i < right ? 0 : 1)] },
        };

        var gain = PairedDifference.Of([Picks("plain", 50), Picks("edits", 60)]).ShouldHaveSingleItem();

        (gain.Part, gain.Figure).ShouldBe(("edits", "googlePicksText"));
        gain.Mean.ShouldBe(0.1, 1e-12);
        gain.Low.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Of_RowsOfOtherSeeds_IsNothing() => PairedDifference.Of([Run("plain", 1, 50), Run("both", 2, 60)]).ShouldBeEmpty();

    [Fact]
    public void Of_ReportsWithoutRanks_IsNothing() => PairedDifference.Of([Run("plain", 1, 50) with { Ranks = null }]).ShouldBeEmpty();

    private static EvaluationRun Run(string part, ulong seed, int found) => new()
    {
        Part = part,
        Seed = seed,
        Steps = 1,
        Epochs = 1,
        Figures = new Dictionary<string, double>(),
        Probes = new Dictionary<string, ProbeChoice>(),
        Seconds = 1,
        Ranks = new Dictionary<string, int[]> { [Direction] = [.. Enumerable.Range(0, 100).Select(i => i < found ? 0 : 30)] },
    };
}
