using System.Text.Unicode;

namespace StreamingContrastive.Augmentation.Text;

/// <summary>How a text begins, for people to read. What strangers wrote is not made harmless here: who shows it does that.</summary>
public static class TextExcerpt
{
    /// <summary>The first characters; costs no more for a long text than for a short one.</summary>
    /// <param name="utf8">The text's bytes; what is no UTF-8 appears as U+FFFD.</param>
    /// <param name="most">Most UTF-16 characters, 2 to 1,024; a pair of surrogates is not cut apart. A text that goes on has one more: an ellipsis.</param>
    public static string Of(ReadOnlySpan<byte> utf8, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, 1024);
        Span<char> characters = stackalloc char[most];
        Utf8.ToUtf16(utf8, characters, out var read, out var written);
        return read < utf8.Length ? string.Concat(characters[..written], "…") : new string(characters[..written]);
    }
}
