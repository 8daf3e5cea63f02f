using CsCheck;
using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Tests.Learning.Evaluation;

public sealed class TopNeighboursTests
{
    private static readonly float[] s_similarities = [-1f, -.5f, -float.Epsilon, 0f, float.Epsilon, .25f, 1f];

    [Fact]
    public void Drain_OfRowsInAnyOrder_GivesTheBestWithLowerRowsFirst() =>
        Gen.Select(Gen.Int[0, 6].Select(i => s_similarities[i]).Array[0, 60], Gen.Int[1, 20], Gen.Int[0, 1000]).Sample((similarities, k, seed) =>
        {
            int[] rows = [.. Enumerable.Range(0, similarities.Length)];
            new Random(seed).Shuffle(rows);
            var heap = new TopNeighbours(k);
            foreach (int row in rows)
            {
                heap.Offer(similarities[row], row);
            }

            Neighbour[] found = heap.Drain(new Neighbour[k]).ToArray();

            found.ShouldBe(similarities.Select((similarity, row) => new Neighbour(row, similarity))
                .OrderByDescending(neighbour => neighbour.Similarity).ThenBy(neighbour => neighbour.Row).Take(k));
        }, seed: "0N0XIzNsQ0O2", iter: 500, threads: 1);

    [Fact]
    public void Offer_OfBothZeros_TreatsThemAsEqual()
    {
        var heap = new TopNeighbours(1);

        heap.Offer(0f, 5);
        heap.Offer(-0f, 3);

        heap.Drain(new Neighbour[1])[0].Row.ShouldBe(3);
    }

    [Fact]
    public void Drain_Twice_StartsAgainEmpty()
    {
        var heap = new TopNeighbours(2);
        heap.Offer(1, 0);
        heap.Drain(new Neighbour[2]);

        heap.Offer(.5f, 1);

        heap.Drain(new Neighbour[2]).ToArray().ShouldBe([new Neighbour(1, .5f)]);
    }
}
