using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Tests.Learning.Evaluation;

public sealed class RankAucTests
{
    [Fact]
    public void Of_RandomScoresWithTies_EqualsTheSlowCount()
    {
        const int Seed = 12;
        var random = new Random(Seed);
        double[] scores = [.. Enumerable.Range(0, 80).Select(_ => (double)random.Next(20))];
        bool[] positive = [.. scores.Select(s => random.Next(30) < s)];
        var pairs = (from p in Enumerable.Range(0, 80)
                     from n in Enumerable.Range(0, 80)
                     where positive[p] && !positive[n]
                     select scores[p] > scores[n] ? 1 : scores[p].Equals(scores[n]) ? 0.5 : 0).ToArray();

        RankAuc.Of(scores, positive)!.Value.ShouldBe(pairs.Average(), 1e-12, $"seed {Seed}");
    }

    [Fact]
    public void Of_OneKindOnly_IsNull()
    {
        RankAuc.Of([1, 2], [true, true]).ShouldBeNull();
        RankAuc.Of([1, 2], [false, false]).ShouldBeNull();
        RankAuc.Of([], []).ShouldBeNull();
        Should.Throw<ArgumentException>(() => RankAuc.Of([1], [])).Message.ShouldContain("1 scores and 0 marks");
    }

    [Fact]
    public void CalibrationError_HandWorkedBins_IsTheirWeightedDistance()
    {
        // Two of .9 (one hit: .4 apart), two of .1 (no hit: .1 apart) -> .25.
        CalibrationError.Of([.9, .9, .1, .1], [true, false, false, false])!.Value.ShouldBe(.25, 1e-12);
        CalibrationError.Of([1, 0], [true, false]).ShouldBe(0);
        CalibrationError.Of([], []).ShouldBeNull();
    }

    [Fact]
    public void CalibrationError_WeightedSample_IsThatOfThePopulation()
    {
        // In a sample of halves, p = .5 is right; in a population of one positive in ten it is .4 too much.
        CalibrationError.Of([.5, .5], [true, false])!.Value.ShouldBe(0, 1e-12);
        CalibrationError.Of([.5, .5], [true, false], .1, .9)!.Value.ShouldBe(.4, 1e-12);
    }
}
