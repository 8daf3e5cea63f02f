using System.Globalization;
using System.Text;

namespace StreamingContrastive.Augmentation.Text;

/// <summary>What a character does to the words around it.</summary>
internal enum RuneKind
{
    /// <summary>Ends a word and belongs to none: spaces, punctuation, controls.</summary>
    Separator,

    /// <summary>Part of a word: letters and digits.</summary>
    Letter,

    /// <summary>A combining mark: part of the word it stands on, no word of its own.</summary>
    Mark,

    /// <summary>A word of its own: symbols (currency, arithmetic, emoji) and letters of scripts that put no spaces between words.</summary>
    Single,

    /// <summary>Dropped without ending a word: the apostrophe, so that don't, don’t and dont are one word; joiners and variation selectors.</summary>
    Joint,
}

/// <summary>Tells characters apart by their Unicode category, and by their block where a script writes no spaces.</summary>
internal static class RuneKinds
{
    // Blocks rather than scripts: the base library knows no scripts, and these blocks hold little else. Hangul writes spaces.
    private static readonly (int First, int Last)[] Unspaced =
    [
        (0x0E00, 0x0EFF),   // Thai, Lao
        (0x1000, 0x109F),   // Myanmar
        (0x1780, 0x17FF),   // Khmer
        (0x3040, 0x30FF),   // Hiragana, Katakana
        (0x31F0, 0x31FF),   // Katakana extensions
        (0x3400, 0x4DBF),   // Han, extension A
        (0x4E00, 0x9FFF),   // Han
        (0xF900, 0xFAFF),   // Han, compatibility
        (0x20000, 0x323AF), // Han, extensions B to H
    ];

    private static readonly RuneKind[] Ascii = [.. Enumerable.Range(0, 128).Select(c => Slow(new Rune(c)))];

    /// <summary>The kind of a character.</summary>
    public static RuneKind Of(Rune rune) => rune.IsAscii ? Ascii[rune.Value] : Slow(rune);

    private static RuneKind Slow(Rune rune) => rune.Value is '\'' or 0x2019 or 0x200D or (>= 0xFE00 and <= 0xFE0F) ? RuneKind.Joint : Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
            => IsUnspaced(rune.Value) ? RuneKind.Single : RuneKind.Letter,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => RuneKind.Mark,
        UnicodeCategory.CurrencySymbol or UnicodeCategory.MathSymbol or UnicodeCategory.OtherSymbol => RuneKind.Single,
        _ => RuneKind.Separator,
    };

    private static bool IsUnspaced(int value)
    {
        if (value < Unspaced[0].First)
        {
            return false;
        }

        foreach (var (first, last) in Unspaced)
        {
            if (value <= last)
            {
                return value >= first;
            }
        }

        return false;
    }
}
