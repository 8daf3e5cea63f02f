namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// Weighted vote: score_c = sum of exp(s_i / T) over the neighbours i of class c (Wu et al. 2018, arXiv:1805.01978, section 3.4).
/// Scores are divided by the nearest neighbour's weight, exp(s_1 / T): the winner is the same and no T overflows.
/// </summary>
internal static class NeighbourVote
{
    public static void Score(ReadOnlySpan<Neighbour> nearest, int[] bankClasses, double temperature, Span<double> scores)
    {
        scores.Clear();
        double largest = nearest[0].Similarity;
        foreach (Neighbour neighbour in nearest)
        {
            scores[bankClasses[neighbour.Row]] += Math.Exp((neighbour.Similarity - largest) / temperature);
        }
    }

    /// <summary>Class of the highest score; the lower class of equal ones.</summary>
    public static int Winner(ReadOnlySpan<double> scores)
    {
        int winner = 0;
        for (int candidate = 1; candidate < scores.Length; candidate++)
        {
            if (scores[candidate] > scores[winner])
            {
                winner = candidate;
            }
        }

        return winner;
    }
}
