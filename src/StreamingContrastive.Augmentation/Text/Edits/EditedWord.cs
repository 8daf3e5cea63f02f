namespace StreamingContrastive.Augmentation.Text.Edits;

/// <summary>A word of a text and what stands around it, for rules that hang on the neighbours.</summary>
/// <param name="Text">The whole text.</param>
/// <param name="Start">Where the word begins.</param>
/// <param name="Length">Its characters.</param>
/// <param name="Before">The word before it, lower-cased; empty at the start of a clause.</param>
/// <param name="After">The word after it, lower-cased; empty at the end of a clause.</param>
internal sealed record EditedWord(string Text, int Start, int Length, string Before, string After)
{
    /// <summary>The word as it is written.</summary>
    public string Written => Text.Substring(Start, Length);

    /// <summary>The word, lower-cased.</summary>
    public string Lower => Written.ToLowerInvariant().Replace('’', '\'');

    /// <summary>The text with another word in this place, capitalised as this one.</summary>
    public string With(string other) => string.Concat(Text.AsSpan(0, Start), Capitalised(other), Text.AsSpan(Start + Length));

    /// <summary>The text without this word and the space behind or before it.</summary>
    public string Without()
    {
        var (start, end) = (Start, Start + Length);
        if (end < Text.Length && Text[end] == ' ')
        {
            end++;
        }
        else if (start > 0 && Text[start - 1] == ' ')
        {
            start--;
        }

        return string.Concat(Text.AsSpan(0, start), Text.AsSpan(end));
    }

    /// <summary>The words of a text. A clause ends at punctuation other than a hyphen.</summary>
    public static IReadOnlyList<EditedWord> Of(string text)
    {
        var places = new List<(int Start, int Length, int Clause)>();
        var (at, clause) = (0, 0);
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || (at > start && text[at] is '\'' or '’')))
            {
                at++;
            }

            if (at > start)
            {
                places.Add((start, at - start, clause));
                continue;
            }

            clause += text[at] is ' ' or '-' ? 0 : 1;
            at++;
        }

        string Word(int index, int inClause) => index >= 0 && index < places.Count && places[index].Clause == inClause
            ? text.Substring(places[index].Start, places[index].Length).ToLowerInvariant().Replace('’', '\'')
            : "";
        return [.. places.Select((p, i) => new EditedWord(text, p.Start, p.Length, Word(i - 1, p.Clause), Word(i + 1, p.Clause)))];
    }

    private string Capitalised(string other) =>
        !char.IsUpper(Text[Start]) ? other
        : Length > 1 && Written.All(c => !char.IsLower(c)) ? other.ToUpperInvariant()
        : char.ToUpperInvariant(other[0]) + other[1..];
}
