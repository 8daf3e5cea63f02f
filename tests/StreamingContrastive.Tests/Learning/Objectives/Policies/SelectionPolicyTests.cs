using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Policies;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Policies;

/// <summary>Ring, semi-hard and hardest-only against loops over plain doubles, on directions with weights, removed and positive candidates.</summary>
[Collection(TorchTests.Name)]
public sealed class SelectionPolicyTests
{
    [Fact]
    public void Ring_TenCandidates_KeepsTheGoldenBand()
    {
        using var scope = NewDisposeScope();
        double[] cosines = [-.9, -.5, -.2, 0, .1, .3, .5, .7, .85, .95];
        var direction = Contrast.Direction(Contrast.Rows(ScalarType.Float64, [1, 0]), Contrast.Rows(ScalarType.Float64, [0, 1]), Contrast.Rows(ScalarType.Float64, [.. cosines.Select(s => (double[])[s, Math.Sqrt(1 - (s * s))])]));

        var weights = Contrast.Weights(new RingBand(.5, .5, .9, 0).Apply(direction, new StepContext(0)));

        cosines.Where((_, j) => weights[j] == 0).ShouldBe([.3, .5, .7, .85]);
    }

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(0.5, 0.9)]
    [InlineData(0.25, 0.75)]
    [InlineData(0.9, 1.0)]
    public void Ring_RandomRows_EqualsSortedPercentiles(double lower, double upper)
    {
        for (ulong seed = 1; seed < 60; seed += 4)
        {
            using var scope = NewDisposeScope();
            var direction = Contrast.Random(seed, positives: seed % 8 == 1);

            ShouldKeep(direction, new RingBand(lower, lower, upper, 0), cosines =>
            {
                var sorted = cosines.Order().ToArray();
                double Percentile(double p)
                {
                    var at = p * (sorted.Length - 1);
                    var (low, high) = ((int)Math.Floor(at), (int)Math.Ceiling(at));
                    return sorted[low] + ((sorted[high] - sorted[low]) * (at - low));
                }

                return s => s >= Percentile(lower) - 1e-12 && s <= Percentile(upper) + 1e-12;
            });
        }
    }

    [Fact]
    public void Ring_Annealed_RisesWithTheStepAndThenStays()
    {
        var ring = new RingBand(.1, .5, .9, 100);

        ((long[])[0, 50, 100, 1_000_000]).Select(ring.LowerAt).ToArray().ShouldBe([.1, .3, .5, .5], 1e-12);
    }

    [Theory]
    [InlineData(.9, .9, .5)]
    [InlineData(.5, .4, .9)]
    [InlineData(-.1, .5, .9)]
    [InlineData(.5, .5, 1.1)]
    public void Ring_ReversedBounds_AreRefused(double lower, double end, double upper) =>
        Should.Throw<ArgumentException>(() => new RingBand(lower, end, upper, 10)).Message.ShouldContain("rise");

    [Theory]
    [InlineData(0.2)]
    [InlineData(2.0)]
    public void SemiHard_RandomRows_KeepsTheMargin(double margin)
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.Random(21);
        for (var i = 0; i < 7; i++)
        {
            var own = direction.PositiveBlock.Cosine[i, 0].item<double>();
            ShouldKeepRow(direction, new SemiHard(margin), i, _ => s => own - s > 0 && own - s <= margin);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(11)]
    [InlineData(5000)]
    public void Hardest_RandomRows_KeepsExactlyTheMostSimilar(int count)
    {
        using var scope = NewDisposeScope();

        ShouldKeep(Contrast.Random(31, positives: true), new HardestOnly(count), cosines =>
        {
            var kept = cosines.OrderDescending().Take(count).ToHashSet();
            return kept.Contains;
        });
    }

    [Fact]
    public void Hardest_EqualCosines_KeepsExactlyN()
    {
        using var scope = NewDisposeScope();
        var one = Contrast.Rows(ScalarType.Float64, [1, 0]);

        Contrast.Weights(new HardestOnly(3).Apply(Contrast.Direction(one, one, one.expand(8, 2)), new StepContext(0))).Count(w => w == 0).ShouldBe(3);
    }

    [Fact]
    public void Apply_QueueAndBatch_RankTogether()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.Random(41);
        var block = direction.Blocks[1];
        CandidateBlock Part(Origin origin, int from, int count) => block with { Origin = origin, Cosine = block.Cosine.narrow(1, from, count), LogWeight = block.LogWeight!.narrow(1, from, count), Keys = block.Keys.narrow(0, from, count) };
        var split = direction with { Blocks = [direction.Blocks[0], Part(Origin.Queue, 0, 6), Part(Origin.Batch, 6, 5)] };

        foreach (var policy in (IPolicy[])[new RingBand(.2, .2, .8, 0), new HardestOnly(3), new SemiHard(.5)])
        {
            var whole = policy.Apply(direction, new StepContext(0)).Blocks[1].LogWeight!;
            var parts = policy.Apply(split, new StepContext(0)).Blocks;
            cat([parts[1].LogWeight!, parts[2].LogWeight!], 1).SameAs(whole).ShouldBeTrue(policy.Description);
        }
    }

    [Fact]
    public void Apply_NeutralSettings_LossIsBitIdentical()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.Direction(Contrast.UnitRows(1, 6, 16, ScalarType.Float32), Contrast.UnitRows(2, 6, 16, ScalarType.Float32), Contrast.UnitRows(3, 40, 16, ScalarType.Float32));
        var expected = new InfoNceLoss(0.1).Forward(direction).PerRow;

        foreach (var policy in (IPolicy[])[
            new RingBand(0, 0, 1, 0), new HardestOnly(40), new AgeLimit(1_000_000, 0), new AgeDecay(double.PositiveInfinity), new EqCo(40), new SameRecordMask(),
            new MoChi(new MoChiPlan(8, 0, 0, 0), 1), new MoChi(new MoChiPlan(8, 4, 2, 100), 1), new FalseNegatives(FalseNegativeMode.Eliminate, 1, 10, 1)])
        {
            new InfoNceLoss(0.1).Forward(policy.Apply(direction, new StepContext(5))).PerRow.SameAs(expected).ShouldBeTrue(policy.Description);
        }
    }

    private static void ShouldKeep(Direction direction, IPolicy policy, Func<double[], Predicate<double>> rule)
    {
        for (var i = 0; i < 7; i++)
        {
            ShouldKeepRow(direction, policy, i, rule);
        }
    }

    private static void ShouldKeepRow(Direction direction, IPolicy policy, int row, Func<double[], Predicate<double>> rule)
    {
        var before = SlowRow(direction, row);
        var keep = rule([.. before.Where(e => e is { W: > 0, Positive: false }).Select(e => e.S)]);

        var after = SlowRow(policy.Apply(direction, new StepContext(3)), row);

        for (var j = 0; j < before.Count; j++)
        {
            var expected = before[j] is { W: > 0, Positive: false } && !keep(before[j].S) ? 0 : before[j].W;
            after[j].W.ShouldBe(expected, 1e-14, $"{policy.Description}: row {row}, candidate {j}, cosine {before[j].S}");
        }
    }

    private static List<Losses.SlowLoss.Entry> SlowRow(Direction direction, int row) => [.. Losses.SlowLoss.Row(direction, row).Skip(1)];
}
