using CsCheck;
using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Tests.Learning.Evaluation;

public sealed class KnnClassifierTests
{
    // The example of learning.md section 4: two classes on a quarter circle.
    private static readonly float[] s_bank = [1, 0, .8f, .6f, .6f, .8f, 0, 1];
    private static readonly int[] s_bankLabels = [0, 1, 1, 0];
    private static readonly double[] s_temperatures = [.01, .07, .1, double.PositiveInfinity];
    private static readonly float[] s_query = [.96f, .28f];

    [Fact]
    public void Accuracy_OfDocumentedExample_WeightsBeatTheMajority()
    {
        KnnClassifier.Accuracy(new KnnSettings(3, .1), s_bank, s_bankLabels, s_query, [0]).ShouldBe(1);
        KnnClassifier.Accuracy(KnnSettings.Unweighted(3), s_bank, s_bankLabels, s_query, [1]).ShouldBe(1);
    }

    [Fact]
    public void Hits_OfSomeQueries_SayWhichOnes()
    {
        var queries = new LabelledFeatures([1, 0, .6f, .8f, 0, 1], [0, 0, 0]);

        KnnClassifier.Hits(KnnSettings.Unweighted(1), new LabelledFeatures(s_bank, s_bankLabels), queries, TestContext.Current.CancellationToken).ShouldBe([true, false, true]);
    }

    [Fact]
    public void Score_OfDocumentedExample_GivesGoldenWeights()
    {
        Neighbour[] nearest = [];
        NeighbourSearch.Run(s_bank, s_query, 2, 3, false, (_, found) => nearest = found.ToArray(), TestContext.Current.CancellationToken);
        var scores = new double[2];

        NeighbourVote.Score(nearest, s_bankLabels, .1, scores);

        nearest.Select(neighbour => neighbour.Row).ShouldBe([0, 1, 2]);
        double nearestWeight = Math.Exp(.96 / .1);
        (scores[0] * nearestWeight).ShouldBe(14764.78, .05);
        (scores[1] * nearestWeight).ShouldBe(14595.35, .05);
    }

    [Fact]
    public void Evaluate_OfRandomRows_AgreesWithSlowReference()
    {
        // Small integers make equal similarities and equal scores common, so the tie rules are part of what is compared.
        Gen<float[]> row = Gen.Int[-2, 2].Select(value => (float)value).Array[3];
        Gen.Select(Row(row, 1, 24), Row(row, 1, 6), Gen.Int[1, 30], Gen.Int[0, 3].Select(i => s_temperatures[i])).Sample((bank, queries, k, t) =>
        {
            var settings = new KnnSettings(k, t);

            double actual = KnnClassifier.Evaluate([settings], Features(bank), Features(queries))[0].Accuracy;

            actual.ShouldBe(Reference(bank, queries, settings, skipSame: false));
        }, seed: "0N0XIzNsQ0O2", iter: 500, threads: 1);
    }

    [Fact]
    public void LeaveOneOut_OfRandomRows_AgreesWithSlowReference()
    {
        Gen<float[]> row = Gen.Int[-2, 2].Select(value => (float)value).Array[3];
        Gen.Select(Row(row, 2, 80), Gen.Int[1, 30]).Sample((points, k) =>
        {
            KnnSettings[] settings = [new(k, .1), KnnSettings.Unweighted(k)];

            IReadOnlyList<KnnResult> actual = KnnClassifier.LeaveOneOut(settings, Features(points));

            actual.Select(result => result.Accuracy).ShouldBe(settings.Select(setting => Reference(points, points, setting, skipSame: true)));
        }, seed: "0N0XIzNsQ0O2", iter: 200, threads: 1);
    }

    [Fact]
    public void Evaluate_OfSeveralSettings_EqualsEachAlone()
    {
        LabelledFeatures bank = RandomFeatures(900, 17, seed: 1);
        LabelledFeatures queries = RandomFeatures(100, 17, seed: 2);
        KnnSettings[] settings = [KnnSettings.Nearest20, KnnSettings.Nearest200, KnnSettings.Unweighted(1)];

        IReadOnlyList<KnnResult> together = KnnClassifier.Evaluate(settings, bank, queries, TestContext.Current.CancellationToken);

        together.ShouldBe(settings.Select(setting => KnnClassifier.Evaluate([setting], bank, queries)[0]));
        together.Select(result => result.Accuracy).Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Evaluate_OfRowsAtAnyScale_IsTheSame()
    {
        LabelledFeatures bank = RandomFeatures(200, 8, seed: 3);
        LabelledFeatures queries = RandomFeatures(50, 8, seed: 4);
        LabelledFeatures large = new([.. queries.Values.Select(value => value * 1e30f)], queries.Labels);
        LabelledFeatures small = new([.. queries.Values.Select(value => value * 1e-30f)], queries.Labels);

        double expected = KnnClassifier.Evaluate([KnnSettings.Nearest20], bank, queries, TestContext.Current.CancellationToken)[0].Accuracy;

        KnnClassifier.Evaluate([KnnSettings.Nearest20], bank, large, TestContext.Current.CancellationToken)[0].Accuracy.ShouldBe(expected);
        KnnClassifier.Evaluate([KnnSettings.Nearest20], bank, small, TestContext.Current.CancellationToken)[0].Accuracy.ShouldBe(expected);
    }

    [Fact]
    public void Evaluate_OfEqualSimilarities_TakesTheLowerRowThenTheLowerClass()
    {
        // Rows 0 to 2 are one point at three scales; with k = 1 the first must win, with k = 2 each class has one vote.
        float[] bank = [2, 2, 1, 1, 4, 4, -1, 0];
        int[] labels = [7, 3, 3, 0];

        KnnClassifier.Accuracy(new KnnSettings(1, .1), bank, labels, [3, 3], [7]).ShouldBe(1);
        KnnClassifier.Accuracy(new KnnSettings(2, .1), bank, labels, [3, 3], [3]).ShouldBe(1);
    }

    [Fact]
    public void Evaluate_OfTinyTemperature_StaysFinite() =>
        KnnClassifier.Accuracy(new KnnSettings(3, 1e-6), s_bank, s_bankLabels, s_query, [0]).ShouldBe(1);

    [Fact]
    public void Evaluate_OfMoreNeighboursThanRows_ClampsAndSaysSo()
    {
        KnnResult result = KnnClassifier.Evaluate(
            [KnnSettings.Nearest20], new LabelledFeatures(s_bank, s_bankLabels), new LabelledFeatures(s_query, [0]), TestContext.Current.CancellationToken)[0];

        result.Clamped.ShouldBeTrue();
        result.NeighboursUsed.ShouldBe(4);
        result.ToString().ShouldContain("asked for 20");
    }

    [Fact]
    public void Evaluate_OfClassThatTheBankLacks_CountsAsWrong() =>
        KnnClassifier.Accuracy(KnnSettings.Unweighted(1), s_bank, s_bankLabels, s_query, [2]).ShouldBe(0);

    [Fact]
    public void Evaluate_OfUnusableInput_Teaches()
    {
        LabelledFeatures bank = new(s_bank, s_bankLabels);

        Should.Throw<ArgumentException>(() => new LabelledFeatures([1, 2, 3], [0, 1])).Message.ShouldContain("3 feature values");
        Should.Throw<ArgumentException>(() => new LabelledFeatures([], []));
        Should.Throw<ArgumentException>(() => new LabelledFeatures([1, float.NaN], [0])).Message.ShouldContain("Row 0");
        Should.Throw<ArgumentException>(() => new LabelledFeatures([1, 2], [0, -1])).Message.ShouldContain("-1");
        Should.Throw<ArgumentException>(() => KnnClassifier.Evaluate([KnnSettings.Nearest20], bank, new LabelledFeatures([1, 2, 3], [0])));
        Should.Throw<ArgumentException>(() => KnnClassifier.Evaluate([new KnnSettings(0, 1)], bank, bank));
        Should.Throw<ArgumentException>(() => KnnClassifier.Evaluate([new KnnSettings(1, 0)], bank, bank));
        Should.Throw<ArgumentException>(() => KnnClassifier.Evaluate([new KnnSettings(1, double.NaN)], bank, bank));
        Should.Throw<ArgumentException>(() => KnnClassifier.Evaluate([], bank, bank));
        Should.Throw<ArgumentException>(() => KnnClassifier.LeaveOneOut([KnnSettings.Nearest20], new LabelledFeatures(s_query, [0])));
    }

    private static Gen<(float[] Row, int Label)[]> Row(Gen<float[]> row, int fewest, int most) =>
        Gen.Select(row, Gen.Int[0, 3]).Array[fewest, most];

    private static LabelledFeatures Features((float[] Row, int Label)[] rows) =>
        new([.. rows.SelectMany(row => row.Row)], [.. rows.Select(row => row.Label)]);

    private static LabelledFeatures RandomFeatures(int count, int dimension, int seed)
    {
        var random = new Random(seed);
        int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(5))];
        float[] values = [.. Enumerable.Range(0, count * dimension).Select(i => (float)(random.NextDouble() - .5 + (i % dimension == labels[i / dimension] ? .4 : 0)))];
        return new LabelledFeatures(values, labels);
    }

    /// <summary>Sorts all rows for every query; in float32 similarities like the code, because a tie is a tie of what is compared.</summary>
    private static double Reference((float[] Row, int Label)[] bank, (float[] Row, int Label)[] queries, KnnSettings settings, bool skipSame)
    {
        int correct = 0;
        for (int q = 0; q < queries.Length; q++)
        {
            float[] query = UnitRows.Copy(queries[q].Row, 3);
            var nearest = bank.Select((row, index) => (row.Label, Index: index, Similarity: Dot(query, UnitRows.Copy(row.Row, 3))))
                .Where(row => !skipSame || row.Index != q)
                .OrderByDescending(row => row.Similarity).ThenBy(row => row.Index).Take(settings.Neighbours).ToArray();
            var scores = new SortedDictionary<int, double>();
            foreach (var neighbour in nearest)
            {
                scores[neighbour.Label] = scores.GetValueOrDefault(neighbour.Label)
                    + Math.Exp((neighbour.Similarity - nearest[0].Similarity) / settings.Temperature);
            }

            correct += scores.MaxBy(score => score.Value).Key == queries[q].Label ? 1 : 0;
        }

        return (double)correct / queries.Length;
    }

    private static float Dot(float[] a, float[] b) => System.Numerics.Tensors.TensorPrimitives.Dot<float>(a, b);
}
