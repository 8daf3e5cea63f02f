using System.Numerics.Tensors;

namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// Retrieval across two ways of seeing the same things: row i of the queries and row i of the candidates belong together, nothing else
/// does. A query's rank is the number of candidates that stand before its own by cosine; R@k is the share of queries with a rank below k.
/// Candidates of equal cosine stand in the order of their rows. Plain .NET on all cores; no native library.
/// </summary>
public static class PairRetrieval
{
    /// <summary>Rank of the own candidate of each query, from 0.</summary>
    /// <param name="queries">[N x dimension], any length of rows but finite.</param>
    /// <param name="candidates">[N x dimension], row i is what query i looks for.</param>
    /// <param name="dimension">Values of a row.</param>
    /// <param name="cancellation">Stops between queries.</param>
    /// <returns>[N], each 0 to N - 1.</returns>
    /// <exception cref="ArgumentException">The sets differ in size, are empty or hold a value that is not finite.</exception>
    public static int[] Ranks(ReadOnlySpan<float> queries, ReadOnlySpan<float> candidates, int dimension, CancellationToken cancellation = default)
    {
        if (queries.Length != candidates.Length)
        {
            throw new ArgumentException($"There are {queries.Length} query values and {candidates.Length} candidate values: each query needs exactly one candidate of its own, in the same row.");
        }

        var (asked, offered) = (UnitRows.Copy(queries, dimension), UnitRows.Copy(candidates, dimension));
        var ranks = new int[asked.Length / dimension];
        Parallel.For(0, ranks.Length, new ParallelOptions { CancellationToken = cancellation }, row => ranks[row] = Rank(asked.AsSpan(row * dimension, dimension), offered, row));
        return ranks;
    }

    /// <summary>R@k: the share of queries whose own candidate is among the first k.</summary>
    /// <param name="ranks">Ranks from 0, at least one.</param>
    /// <param name="k">Candidates that count, at least 1.</param>
    /// <returns>0 to 1.</returns>
    /// <exception cref="ArgumentException">There is no rank.</exception>
    public static double Recall(ReadOnlySpan<int> ranks, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (ranks.IsEmpty)
        {
            throw new ArgumentException("There is no query: recall needs at least one pair that has both parts.", nameof(ranks));
        }

        var hits = 0;
        foreach (var rank in ranks)
        {
            hits += rank < k ? 1 : 0;
        }

        return (double)hits / ranks.Length;
    }

    private static int Rank(ReadOnlySpan<float> query, ReadOnlySpan<float> candidates, int own)
    {
        var dimension = query.Length;
        var wanted = TensorPrimitives.Dot(query, candidates.Slice(own * dimension, dimension));
        var before = 0;
        for (var row = 0; row < candidates.Length / dimension; row++)
        {
            var cosine = TensorPrimitives.Dot(query, candidates.Slice(row * dimension, dimension));
            before += cosine > wanted || (cosine == wanted && row < own) ? 1 : 0;
        }

        return before;
    }
}
