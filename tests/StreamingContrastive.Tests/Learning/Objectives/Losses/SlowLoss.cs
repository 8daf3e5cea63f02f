using StreamingContrastive.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Losses;

/// <summary>The losses as loops over plain doubles, from learning.md section 1: what the batched ones are held against.</summary>
internal static class SlowLoss
{
    /// <summary>A candidate of a row: cosine, weight (0 removed), whether it is a positive.</summary>
    public readonly record struct Entry(double S, double W, bool Positive);

    public static List<Entry> Row(Direction direction, int row)
    {
        List<Entry> entries = [];
        foreach (var block in direction.Blocks)
        {
            for (var j = 0; j < block.Count; j++)
            {
                double Read(Tensor t) => t[row, j].to(ScalarType.Float64).item<double>();
                entries.Add(new Entry(
                    Read(block.Cosine),
                    block.LogWeight is { } w ? Math.Exp(Read(w)) : 1,
                    block.Positive is { } p ? Read(p) > 0 : block.Origin == Origin.Positive));
            }
        }

        return entries;
    }

    public static double InfoNce(List<Entry> row, double t)
    {
        var positive = row.Single(e => e.Positive);
        return -Math.Log(Math.Exp(positive.S / t) / (Math.Exp(positive.S / t) + row.Where(e => !e.Positive).Sum(e => e.W * Math.Exp(e.S / t))));
    }

    public static double Dcl(List<Entry> row, double t) =>
        (-row.Single(e => e.Positive).S / t) + Math.Log(row.Where(e => !e.Positive).Sum(e => e.W * Math.Exp(e.S / t)));

    public static (double Loss, bool Clamped) Debiased(List<Entry> row, double t, double tau, double beta)
    {
        var own = Math.Exp(row.Single(e => e.Positive).S / t);
        var negatives = row.Where(e => !e.Positive).ToArray();
        var n = negatives.Sum(e => e.W);
        double r = 0, norm = 0;
        foreach (var e in negatives)
        {
            var importance = Math.Exp(beta * e.S / t);
            r += e.W * importance * Math.Exp(e.S / t);
            norm += e.W * importance;
        }

        r /= norm / n;
        var estimate = (r - (tau * n * own)) / (1 - tau);
        var floor = n * Math.Exp(-1 / t);
        return (-Math.Log(own / (own + Math.Max(estimate, floor))), estimate <= floor);
    }

    public static double SupCon(List<Entry> row, double t, double tBase)
    {
        var all = Math.Log(row.Sum(e => e.W * Math.Exp(e.S / t)));
        var positives = row.Where(e => e.Positive && e.W > 0).ToArray();
        return -(t / tBase) * positives.Sum(e => (e.S / t) - all) / positives.Length;
    }
}
