namespace StreamingContrastive.Host.Evaluation;

/// <summary>Which pictures have labels when only a share of them has.</summary>
internal static class LabelledShare
{
    /// <summary>
    /// A class-balanced draw: of each class its share, rounded, at least one. A pure function of labels, share and seed; ascending.
    /// </summary>
    public static int[] Draw(ReadOnlySpan<int> labels, double share, ulong seed)
    {
        var random = new Random(unchecked((int)(seed ^ (seed >> 32))));
        var drawn = new List<int>();
        foreach (var members in Enumerable.Range(0, labels.Length).Zip(labels.ToArray()).GroupBy(p => p.Second, p => p.First).OrderBy(g => g.Key))
        {
            int[] shuffled = [.. members];
            random.Shuffle(shuffled);
            drawn.AddRange(shuffled.Take(Math.Max(1, (int)Math.Round(share * shuffled.Length))));
        }

        return [.. drawn.Order()];
    }
}
