using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>What a row gains over plain InfoNCE in one recall, or in picking a text among its edits: same queries, same seeds.</summary>
/// <param name="Part">The row.</param>
/// <param name="Figure">Direction and k, or who picks.</param>
/// <param name="Mean">Mean gain, as a share of the queries.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end.</param>
internal sealed record PairedDifference(string Part, string Figure, double Mean, double Low, double High)
{
    /// <summary>All rows that have seeds in common with plain, in every direction that both were asked.</summary>
    public static IReadOnlyList<PairedDifference> Of(IEnumerable<EvaluationRun> runs)
    {
        var ranked = runs.Where(r => r.Ranks is not null).ToList();
        var plain = ranked.Where(r => r.Part == EvaluationNames.Of(EvaluationPart.Plain)).ToDictionary(r => r.Seed);
        return
        [
            .. from part in ranked.Where(r => r.Part != EvaluationNames.Of(EvaluationPart.Plain)).GroupBy(r => r.Part)
               let pairs = part.Where(r => plain.ContainsKey(r.Seed)).Select(r => (Row: r.Ranks!, Plain: plain[r.Seed].Ranks!)).ToList()
               where pairs.Count > 0
               from question in PairsPlan.Questions
               let asked = pairs.TrueForAll(p => p.Row.ContainsKey(question.Ranks) && p.Plain.ContainsKey(question.Ranks))
               where asked && pairs.TrueForAll(p => p.Row[question.Ranks].Length > 0)
               let interval = PairedBootstrap.Interval([.. pairs.Select(p => Gains(p.Row[question.Ranks], p.Plain[question.Ranks], question.Right))])
               select new PairedDifference(part.Key, question.Figure, interval.Mean, interval.Low, interval.High),
        ];
    }

    private static double[] Gains(int[] row, int[] plain, int k) => [.. row.Zip(plain, (r, p) => (r < k ? 1.0 : 0) - (p < k ? 1 : 0))];
}
