namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// Expected calibration error (Guo et al. 2017, arXiv 1706.04599, Eq. 5): probabilities fall into equal bins, and the distance of mean
/// probability and share of positives is averaged over them by weight. 0 is perfect.
/// </summary>
public static class CalibrationError
{
    /// <summary>Bins of the paper.</summary>
    public const int Bins = 15;

    /// <summary>The error; null where the weights sum to 0.</summary>
    /// <param name="probabilities">0 to 1.</param>
    /// <param name="positive">Which items are positives.</param>
    /// <param name="positiveWeight">Weight of a positive; others weigh <paramref name="negativeWeight"/>. For samples whose share of positives is not that of the population.</param>
    /// <param name="negativeWeight">Weight of the others.</param>
    /// <exception cref="ArgumentException">They are not of one length.</exception>
    public static double? Of(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> positive, double positiveWeight = 1, double negativeWeight = 1)
    {
        if (probabilities.Length != positive.Length)
        {
            throw new ArgumentException($"{probabilities.Length} probabilities and {positive.Length} marks are not of the same items.", nameof(positive));
        }

        var gaps = new double[Bins]; // sum of weight (p - y); its size is the bin's weight times the distance of its means
        var total = 0.0;
        for (var i = 0; i < probabilities.Length; i++)
        {
            var weight = positive[i] ? positiveWeight : negativeWeight;
            gaps[Math.Clamp((int)(probabilities[i] * Bins), 0, Bins - 1)] += weight * (probabilities[i] - (positive[i] ? 1 : 0));
            total += weight;
        }

        return total > 0 ? gaps.Sum(Math.Abs) / total : null;
    }
}
