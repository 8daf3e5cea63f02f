using StreamingContrastive.Host.Evaluation;
using StreamingContrastive.Host.Evaluation.Texts;

namespace StreamingContrastive.Tests.Host.Evaluation.Texts;

public sealed class TextDifferenceTests
{
    [Fact]
    public void Of_TwoRowsOfTheSameSeeds_IsTheMeanOfTheirPairedDifferences()
    {
        // Of 10 queries: untrained misses 4 and 2, supCon 1 and 1; a third seed that only one row has says nothing.
        EvaluationRun[] runs = [Run("untrained", 1, 0, 1, 2, 3), Run("untrained", 2, 0, 1), Run("supCon", 1, 0), Run("supCon", 2, 9), Run("supCon", 3)];

        var difference = TextDifference.Of(runs).ShouldHaveSingleItem();

        (difference.Part, difference.Than).ShouldBe(("supCon", "untrained"));
        difference.Mean.ShouldBe((0.3 + 0.1) / 2, 1e-12);
        difference.Low.ShouldBeLessThan(difference.Mean);
        difference.High.ShouldBeGreaterThan(difference.Mean);
    }

    [Fact]
    public void Of_RunsOfPictures_IsEmpty() => TextDifference.Of([Run("untrained", 1) with { Missed = null }, Run("supCon", 1) with { Missed = null }]).ShouldBeEmpty();

    private static EvaluationRun Run(string part, ulong seed, params int[] missed) => new()
    {
        Part = part,
        Seed = seed,
        Steps = 1,
        Epochs = 1,
        Seconds = 1,
        Probes = new Dictionary<string, ProbeChoice>(),
        Missed = missed,
        Figures = new Dictionary<string, double> { [TextsEvaluation.Queries] = 10 },
    };
}
