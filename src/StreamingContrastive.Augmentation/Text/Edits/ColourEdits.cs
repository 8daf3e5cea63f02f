namespace StreamingContrastive.Augmentation.Text.Edits;

/// <summary>
/// Another basic colour (the terms of Berlin and Kay, less grey, which is written in two ways): no two of these mean the same. A colour that the text has already is not
/// taken, so that no exchange of places results.
/// </summary>
internal static class ColourEdits
{
    private static readonly string[] Colours = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white"];

    public static IEnumerable<string> Of(EditedWord word, IReadOnlyList<EditedWord> all) =>
        !Colours.Contains(word.Lower) ? [] : Colours.Where(c => !all.Any(w => w.Lower == c)).Select(word.With);
}
