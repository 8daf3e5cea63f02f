using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Host.Evaluation.Texts;

/// <summary>What a row classifies better than another one, over the seeds of both and the same queries.</summary>
/// <param name="Part">The row.</param>
/// <param name="Than">The other one.</param>
/// <param name="Mean">Mean difference of accuracy.</param>
/// <param name="Low">Lower end of the 95 % interval, paired bootstrap over seeds and queries.</param>
/// <param name="High">Its upper end.</param>
internal sealed record TextDifference(string Part, string Than, double Mean, double Low, double High)
{
    private static readonly (string Part, string Than)[] Asked =
    [
        ("unlabelled", "untrained"), ("supCon", "untrained"), ("supCon", "unlabelled"), ("unlabelled", "tfIdf"), ("supCon", "tfIdf"),
    ];

    /// <summary>The differences of the rows that there are.</summary>
    public static IReadOnlyList<TextDifference> Of(IReadOnlyList<EvaluationRun> runs) => [.. Asked.Select(a => Of(runs, a.Part, a.Than)).OfType<TextDifference>()];

    private static TextDifference? Of(IReadOnlyList<EvaluationRun> runs, string part, string than)
    {
        var differences = (
            from one in runs
            from other in runs
            where one.Part == part && other.Part == than && one.Seed == other.Seed && one.Missed is not null && other.Missed is not null
            select Differences(one, other)).ToList();
        if (differences.Count == 0)
        {
            return null;
        }

        var interval = PairedBootstrap.Interval(differences);
        return new TextDifference(part, than, interval.Mean, interval.Low, interval.High);
    }

    private static double[] Differences(EvaluationRun one, EvaluationRun other)
    {
        var differences = new double[(int)one.Figures[TextsEvaluation.Queries]];
        foreach (var query in one.Missed!)
        {
            differences[query]--;
        }

        foreach (var query in other.Missed!)
        {
            differences[query]++;
        }

        return differences;
    }
}
