using CsCheck;
using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Tests.Learning.Evaluation;

public sealed class PairRetrievalTests
{
    [Fact]
    public void Ranks_OfAQuarterCircle_CountWhoStandsBefore()
    {
        // Query 0 looks at 0 degrees; its own candidate is the farthest of three. Query 1's own is the nearest, query 2 ties with row 1.
        float[] queries = [1, 0, .8f, .6f, .6f, .8f];
        float[] candidates = [0, 1, .8f, .6f, .8f, .6f];

        var ranks = PairRetrieval.Ranks(queries, candidates, 2, TestContext.Current.CancellationToken);

        ranks.ShouldBe([2, 0, 1]);
        PairRetrieval.Recall(ranks, 1).ShouldBe(1 / 3.0, 1e-12);
        PairRetrieval.Recall(ranks, 2).ShouldBe(2 / 3.0, 1e-12);
        PairRetrieval.Recall(ranks, 10).ShouldBe(1);
    }

    [Fact]
    public void Ranks_OfEqualCandidates_AreTheirRows() =>
        PairRetrieval.Ranks([1, 0, 1, 0, 1, 0], [1, 0, 1, 0, 1, 0], 2, TestContext.Current.CancellationToken).ShouldBe([0, 1, 2]);

    [Fact]
    public void Ranks_DoNotHangOnTheLengthOfRows() =>
        PairRetrieval.Ranks([1, 0, 0, 100], [.1f, .001f, 0, 1e-6f], 2, TestContext.Current.CancellationToken).ShouldBe([0, 0]);

    [Fact]
    public void Ranks_OfRandomRows_AgreeWithSlowReference()
    {
        // Small integers make equal cosines common, so the tie rule is part of what is compared.
        Gen<float[]> row = Gen.Int[-2, 2].Select(value => (float)value).Array[3];
        Gen.Int[1, 40].SelectMany(rows => Gen.Select(row.Array[rows], row.Array[rows])).Sample((queries, candidates) =>
        {
            var actual = PairRetrieval.Ranks([.. queries.SelectMany(r => r)], [.. candidates.SelectMany(r => r)], 3, CancellationToken.None);

            actual.ShouldBe(Reference(queries, candidates));
        }, seed: "0N0XIzNsQ0O2", iter: 500, threads: 1);
    }

    [Fact]
    public void Ranks_OfSetsOfDifferentSize_AreRefused() =>
        Should.Throw<ArgumentException>(() => PairRetrieval.Ranks([1, 0], [1, 0, 0, 1], 2, TestContext.Current.CancellationToken)).Message.ShouldContain("4 candidate values");

    [Fact]
    public void Recall_WithoutAQuery_IsRefused() => Should.Throw<ArgumentException>(() => PairRetrieval.Recall([], 1));

    // Sorts all candidates of a query: by cosine, then by row. The cosines are of the same float32 unit rows, so that equal means equal.
    private static int[] Reference(float[][] queries, float[][] candidates)
    {
        var (asked, offered) = (queries.Select(Unit).ToArray(), candidates.Select(Unit).ToArray());
        return [.. asked.Select((query, own) => Enumerable.Range(0, offered.Length).OrderByDescending(row => Cosine(query, offered[row])).ThenBy(row => row).ToList().IndexOf(own))];
    }

    private static float[] Unit(float[] row) => UnitRows.Copy(row, row.Length);

    private static float Cosine(float[] a, float[] b) => System.Numerics.Tensors.TensorPrimitives.Dot<float>(a, b);
}
