namespace StreamingContrastive.Host.Datasets;

/// <summary>Texts with the class of each, in memory.</summary>
/// <param name="Name">What a person calls this set, for reports and errors.</param>
/// <param name="Texts">The texts.</param>
/// <param name="Labels">Class of each text.</param>
internal sealed record LabelledTexts(string Name, IReadOnlyList<string> Texts, int[] Labels)
{
    /// <summary>Texts of the set.</summary>
    public int Count => Texts.Count;

    /// <summary>Some of the texts, in the order given.</summary>
    public LabelledTexts Pick(string name, IReadOnlyList<int> which) => new(name, [.. which.Select(i => Texts[i])], [.. which.Select(i => Labels[i])]);
}
