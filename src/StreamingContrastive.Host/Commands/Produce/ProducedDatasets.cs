using StreamingContrastive.Host.Datasets;

namespace StreamingContrastive.Host.Commands.Produce;

/// <summary>The data sets that <c>produce</c> knows.</summary>
internal static class ProducedDatasets
{
    public const string FashionMnist = "fashion-mnist";
    public const string Emoji = "emoji";
    public const string Intents = "intents";

    /// <summary>Their names, in the order of the help.</summary>
    public static IReadOnlyList<string> Names { get; } = [FashionMnist, Emoji, Intents];

    /// <summary>Loads one.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="directory">Its folder; null for what is bundled.</param>
    /// <param name="heldOut">The held-out part instead of the one to learn from.</param>
    /// <param name="edits">Emoji: most edits of its text that a record brings as hard negatives.</param>
    public static ProducedRecords Load(string name, string? directory, bool heldOut, int edits) => name switch
    {
        FashionMnist => Pictures(directory is null ? FashionMnistDataset.Bundled() : FashionMnistDataset.FromDirectory(directory), heldOut),
        Emoji => EmojiRecords.Of(directory is null ? EmojiPairsDataset.Bundled() : EmojiPairsDataset.FromDirectory(directory), heldOut, edits),
        Intents => IntentRecords.Of(IntentsDataset.FromDirectory(directory), heldOut),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, $"The data sets are {string.Join(", ", Names)}."),
    };

    private static ProducedRecords Pictures(FashionMnistDataset set, bool heldOut)
    {
        var pictures = heldOut ? set.HeldOut : set.Stream;
        return new ProducedRecords(pictures.Name, pictures.Count, number =>
        {
            var picture = (int)(number % pictures.Count);
            return new ProducedRecord(picture, pictures.Picture(picture).ToArray(), pictures.Labels[picture]);
        });
    }
}
