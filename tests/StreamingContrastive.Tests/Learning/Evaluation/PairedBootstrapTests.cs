using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Tests.Learning.Evaluation;

public sealed class PairedBootstrapTests
{
    [Fact]
    public void Interval_OfOneSeed_IsThatOfTheNormalApproximation()
    {
        // 400 queries, 60 gained and 20 lost: mean 0.1, deviation of a difference sqrt(0.2 - 0.01), standard error of the mean 0.0218.
        double[] differences = [.. Enumerable.Range(0, 400).Select(i => i < 60 ? 1.0 : i < 80 ? -1.0 : 0)];

        var interval = PairedBootstrap.Interval([differences]);

        interval.Mean.ShouldBe(0.1, 1e-12);
        interval.Low.ShouldBe(0.1 - (1.96 * 0.0218), 0.004);
        interval.High.ShouldBe(0.1 + (1.96 * 0.0218), 0.004);
        interval.ExcludesZero.ShouldBeTrue();
    }

    [Fact]
    public void Interval_OfSeedsThatDisagree_IsWiderThanThatOfTheirQueries()
    {
        // Every query alike, one seed gains what the other loses: only the draw of seeds tells that this is nothing.
        var interval = PairedBootstrap.Interval([Same(1), Same(-0.5)]);

        interval.Mean.ShouldBe(0.25, 1e-12);
        interval.Low.ShouldBe(-0.5);
        interval.High.ShouldBe(1);
        interval.ExcludesZero.ShouldBeFalse();
    }

    [Fact]
    public void Interval_OfEqualMethods_IsZero() => PairedBootstrap.Interval([Same(0), Same(0)]).ShouldBe(new BootstrapInterval(0, 0, 0));

    [Fact]
    public void Interval_CoversTheTruthAboutAsOftenAsItSays()
    {
        var random = new Random(5);
        var covered = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            double[] differences = [.. Enumerable.Range(0, 120).Select(_ => random.NextDouble() < 0.3 ? 1.0 : 0)];
            var interval = PairedBootstrap.Interval([differences], 0.9, trial);
            covered += interval.Low <= 0.3 && interval.High >= 0.3 ? 1 : 0;
        }

        covered.ShouldBeInRange(165, 195); // 180 expected, deviation 4.2
    }

    [Fact]
    public void Interval_OfSeedsWithDifferentQueries_IsRefused() =>
        Should.Throw<ArgumentException>(() => PairedBootstrap.Interval([[1], [1, 0]])).Message.ShouldContain("1, 2");

    private static double[] Same(double value) => [.. Enumerable.Repeat(value, 50)];
}
