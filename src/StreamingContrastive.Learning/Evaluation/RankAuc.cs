namespace StreamingContrastive.Learning.Evaluation;

/// <summary>Area under the ROC curve: the chance that a positive scores above a negative, ties counting half (the Mann-Whitney statistic over mean ranks).</summary>
public static class RankAuc
{
    /// <summary>The area; null where there is no positive or no negative.</summary>
    /// <param name="scores">Scores, none of them NaN.</param>
    /// <param name="positive">Which items are positives.</param>
    /// <exception cref="ArgumentException">They are not of one length.</exception>
    public static double? Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive)
    {
        if (scores.Length != positive.Length)
        {
            throw new ArgumentException($"{scores.Length} scores and {positive.Length} marks are not of the same items.", nameof(positive));
        }

        var (sorted, marks) = (scores.ToArray(), positive.ToArray());
        Array.Sort(sorted, marks);
        var (positives, ranks) = (0L, 0.0);
        for (var first = 0; first < sorted.Length;)
        {
            var last = first;
            while (last + 1 < sorted.Length && sorted[last + 1].Equals(sorted[first]))
            {
                last++;
            }

            var hits = marks.AsSpan(first, last - first + 1).Count(true);
            positives += hits;
            ranks += hits * ((first + last) / 2.0); // mean rank of the tie, from 0
            first = last + 1;
        }

        var negatives = sorted.Length - positives;
        return positives == 0 || negatives == 0 ? null : (ranks - (positives * (positives - 1) / 2.0)) / ((double)positives * negatives);
    }
}
