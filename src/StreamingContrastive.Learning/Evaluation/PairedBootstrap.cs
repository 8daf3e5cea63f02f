namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// Paired percentile bootstrap (Efron 1979): two methods answer the same queries under the same seeds; the differences are drawn again with
/// replacement, first the seeds, then the queries, the same queries for every seed drawn. So an interval holds what both would change.
/// </summary>
public static class PairedBootstrap
{
    /// <summary>Draws of an interval.</summary>
    public const int Resamples = 4000;

    /// <summary>The interval of a mean difference.</summary>
    /// <param name="differences">One array a seed, one difference a query (for hits: -1, 0 or 1), all of one length.</param>
    /// <param name="confidence">Share of the draws inside, above 0 and below 1.</param>
    /// <param name="seed">Seed of the draws; the interval is a function of it and the differences.</param>
    /// <returns>Mean and ends.</returns>
    /// <exception cref="ArgumentException">There are no differences, or the seeds were asked different numbers of queries.</exception>
    public static BootstrapInterval Interval(IReadOnlyList<double[]> differences, double confidence = 0.95, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(differences);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(confidence, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1);
        if (differences.Count == 0 || differences[0].Length == 0 || differences.Any(d => d.Length != differences[0].Length))
        {
            throw new ArgumentException(
                $"The seeds have {string.Join(", ", differences.Select(d => d.Length))} differences: at least one seed is needed, and every seed must have been asked the same queries.", nameof(differences));
        }

        var random = new Random(seed);
        var means = new double[Resamples];
        for (var draw = 0; draw < means.Length; draw++)
        {
            means[draw] = Draw(differences, random);
        }

        Array.Sort(means);
        var outside = (1 - confidence) / 2;
        return new BootstrapInterval(differences.Average(d => d.Average()), Quantile(means, outside), Quantile(means, 1 - outside));
    }

    private static double Draw(IReadOnlyList<double[]> differences, Random random)
    {
        var seeds = new double[differences.Count][];
        for (var i = 0; i < seeds.Length; i++)
        {
            seeds[i] = differences[random.Next(differences.Count)];
        }

        var queries = differences[0].Length;
        var sum = 0.0;
        for (var i = 0; i < queries; i++)
        {
            var query = random.Next(queries);
            foreach (var one in seeds)
            {
                sum += one[query];
            }
        }

        return sum / ((long)queries * seeds.Length);
    }

    // Linear between the two draws beside it, as numpy's default.
    private static double Quantile(double[] ascending, double share)
    {
        var at = share * (ascending.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, ascending.Length - 1);
        return ascending[below] + ((at - below) * (ascending[above] - ascending[below]));
    }
}
