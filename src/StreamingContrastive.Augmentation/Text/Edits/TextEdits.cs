namespace StreamingContrastive.Augmentation.Text.Edits;

/// <summary>
/// Edits of English texts that change what matters (a number, a colour, a direction, a negation) and leave the rest: hard negatives for the
/// text they are made of (MMCLIP, arXiv 2505.20152, edits captions so). Never one that keeps the meaning; where no edit is sure, none
/// is made. Each changes one place. A pure function of the text.
/// </summary>
public static class TextEdits
{
    /// <summary>All edits, in the order of the text's words; empty where it offers none. No two are equal, and none is the text.</summary>
    /// <param name="text">An English text.</param>
    public static IReadOnlyList<TextEdit> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = EditedWord.Of(text);
        return [.. words.SelectMany(word => Of(word, words)).Where(edit => edit.Text != text).DistinctBy(edit => edit.Text)];
    }

    /// <summary>Some of the edits, each place of the text before any a second time.</summary>
    /// <param name="text">An English text.</param>
    /// <param name="count">Most edits.</param>
    /// <param name="seed">Draws among them; the same draw for the same text and seed.</param>
    public static IReadOnlyList<TextEdit> Draw(string text, int count, int seed)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var words = EditedWord.Of(text);
        var random = new Random(seed);
        var places = words.Select(word => Of(word, words).ToArray()).Where(edits => edits.Length > 0).ToArray();
        random.Shuffle(places);
        foreach (var edits in places)
        {
            random.Shuffle(edits);
        }

        var rounds = places.Length == 0 ? 0 : places.Max(edits => edits.Length);
        return [.. Enumerable.Range(0, rounds).SelectMany(round => places.Where(edits => round < edits.Length).Select(edits => edits[round])).DistinctBy(edit => edit.Text).Take(count)];
    }

    private static IEnumerable<TextEdit> Of(EditedWord word, IReadOnlyList<EditedWord> all) =>
    [
        .. NumberEdits.Of(word).Select(text => new TextEdit(text, EditKind.Number)),
        .. ColourEdits.Of(word, all).Select(text => new TextEdit(text, EditKind.Colour)),
        .. DirectionEdits.Of(word).Select(text => new TextEdit(text, EditKind.Direction)),
        .. NegationEdits.Of(word).Select(text => new TextEdit(text, EditKind.Negation)),
    ];
}
