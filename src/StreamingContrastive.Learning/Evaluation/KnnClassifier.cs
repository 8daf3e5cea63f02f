namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// Weighted kNN on L2-normalised features (Wu et al. 2018, arXiv:1805.01978; the monitor of MoCo's demo):
///   s_i = f·b_i over the bank, score_c = sum over the k largest s_i with y_i = c of exp(s_i / T), prediction = argmax.
/// Ties are fixed: the lower bank row among equal similarities, the lower class among equal scores.
/// All settings are answered from one pass over the similarities. Plain .NET on all cores; no native library.
/// </summary>
public static class KnnClassifier
{
    private const int ClassesOnStack = 256;

    /// <summary>Accuracy of one setting; <see cref="Evaluate"/> also says whether k was clamped.</summary>
    /// <param name="settings">k and T.</param>
    /// <param name="bank">Bank features [N x D].</param>
    /// <param name="bankLabels">Classes of the bank [N].</param>
    /// <param name="queries">Query features [M x D].</param>
    /// <param name="queryLabels">Classes of the queries [M].</param>
    /// <returns>Share of queries given their own class, 0 to 1.</returns>
    /// <exception cref="ArgumentException">Settings, lengths, labels or values are not usable.</exception>
    public static double Accuracy(KnnSettings settings, float[] bank, int[] bankLabels, float[] queries, int[] queryLabels) =>
        Evaluate([settings], new LabelledFeatures(bank, bankLabels), new LabelledFeatures(queries, queryLabels))[0].Accuracy;

    /// <summary>Classifies every query by the bank.</summary>
    /// <param name="settings">One or more settings; results come in the same order.</param>
    /// <param name="bank">Rows that vote.</param>
    /// <param name="queries">Rows that are classified. A class that the bank lacks counts as wrong.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>A result for each setting.</returns>
    /// <exception cref="ArgumentException">Settings are not usable or the dimensions differ.</exception>
    public static IReadOnlyList<KnnResult> Evaluate(
        IReadOnlyList<KnnSettings> settings, LabelledFeatures bank, LabelledFeatures queries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(queries);
        bank.RequireSameDimension(queries);
        float[] unitQueries = UnitRows.Copy(queries.Values, queries.Dimension);
        return Results(settings, bank, unitQueries, queries.Labels, leaveOneOut: false, cancellationToken);
    }

    /// <summary>Which queries are given their own class, in their order: what two methods' paired difference is made of.</summary>
    /// <param name="setting">k and T.</param>
    /// <param name="bank">Rows that vote.</param>
    /// <param name="queries">Rows that are classified. A class that the bank lacks counts as wrong.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>One answer a query.</returns>
    /// <exception cref="ArgumentException">The setting is not usable or the dimensions differ.</exception>
    public static bool[] Hits(KnnSettings setting, LabelledFeatures bank, LabelledFeatures queries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(queries);
        bank.RequireSameDimension(queries);
        return Run([setting], bank, UnitRows.Copy(queries.Values, queries.Dimension), queries.Labels, leaveOneOut: false, cancellationToken)[0].Hits;
    }

    /// <summary>Classifies every row by all the others: for sets without a held-out part, such as the vectors of one model version read back from a topic.</summary>
    /// <param name="settings">One or more settings; results come in the same order.</param>
    /// <param name="points">At least two rows.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>A result for each setting.</returns>
    /// <exception cref="ArgumentException">Settings are not usable or there is only one row.</exception>
    public static IReadOnlyList<KnnResult> LeaveOneOut(
        IReadOnlyList<KnnSettings> settings, LabelledFeatures points, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count < 2)
        {
            throw new ArgumentException("Leave-one-out needs at least two rows: with one there is nobody left to vote.", nameof(points));
        }

        return Results(settings, points, null, points.Labels, leaveOneOut: true, cancellationToken);
    }

    private static KnnResult[] Results(
        IReadOnlyList<KnnSettings> settings, LabelledFeatures bank, float[]? unitQueries, int[] queryLabels, bool leaveOneOut, CancellationToken cancellation) =>
        [.. Run(settings, bank, unitQueries, queryLabels, leaveOneOut, cancellation).Zip(settings, (run, setting) =>
            new KnnResult(setting, (double)run.Hits.Count(hit => hit) / queryLabels.Length, run.Used, bank.Count, queryLabels.Length))];

    private static (bool[] Hits, int Used)[] Run(
        IReadOnlyList<KnnSettings> settings, LabelledFeatures bank, float[]? unitQueries, int[] queryLabels, bool leaveOneOut, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Count == 0)
        {
            throw new ArgumentException("No kNN setting was given: ask for at least one k and T.", nameof(settings));
        }

        foreach (KnnSettings setting in settings)
        {
            setting.Validate();
        }

        int voters = leaveOneOut ? bank.Count - 1 : bank.Count;
        int[] used = [.. settings.Select(setting => Math.Min(setting.Neighbours, voters))];
        ClassIndex classes = ClassIndex.Of(bank.Labels);
        int[] bankClasses = classes.Map(bank.Labels);
        int[] queryClasses = classes.Map(queryLabels);
        float[] unitBank = UnitRows.Copy(bank.Values, bank.Dimension);
        bool[][] hits = [.. settings.Select(_ => new bool[queryLabels.Length])];
        NeighbourSearch.Run(unitBank, unitQueries ?? unitBank, bank.Dimension, used.Max(), leaveOneOut, Count, cancellation);
        return [.. hits.Zip(used)];

        void Count(int query, ReadOnlySpan<Neighbour> nearest)
        {
            Span<double> scores = classes.Count <= ClassesOnStack ? stackalloc double[classes.Count] : new double[classes.Count];
            for (int i = 0; i < used.Length; i++)
            {
                NeighbourVote.Score(nearest[..used[i]], bankClasses, settings[i].Temperature, scores);
                hits[i][query] = NeighbourVote.Winner(scores) == queryClasses[query];
            }
        }
    }
}
