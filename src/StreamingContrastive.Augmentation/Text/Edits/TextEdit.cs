namespace StreamingContrastive.Augmentation.Text.Edits;

/// <summary>What an edit changes of a text's meaning.</summary>
public enum EditKind
{
    /// <summary>A number, in digits or as a word.</summary>
    Number,

    /// <summary>A colour.</summary>
    Colour,

    /// <summary>A direction.</summary>
    Direction,

    /// <summary>Whether something is so.</summary>
    Negation,
}

/// <summary>A text that says something else than the one it was made of, by a word or two: a hard negative.</summary>
/// <param name="Text">The edited text.</param>
/// <param name="Kind">What differs.</param>
public sealed record TextEdit(string Text, EditKind Kind);
