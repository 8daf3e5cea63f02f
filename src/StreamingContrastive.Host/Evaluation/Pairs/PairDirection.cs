namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>Which part of a record asks, and which is looked for.</summary>
/// <param name="From">The part that asks.</param>
/// <param name="To">The part that is looked for.</param>
internal sealed record PairDirection(string From, string To)
{
    /// <summary>k of the recalls that are reported.</summary>
    public static IReadOnlyList<int> Recalls { get; } = [1, 5, 10];

    /// <summary>Name in reports.</summary>
    public string Name => $"{From}To{char.ToUpperInvariant(To[0])}{To[1..]}";

    /// <summary>Name of a recall in reports.</summary>
    public string Figure(int k) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Name}R{k}");
}
