using System.Globalization;
using System.Text;

namespace StreamingContrastive.Host.Terminal;

/// <summary>
/// Shows what strangers wrote: keys, headers and reasons come from whoever may write to a topic, and a terminal obeys escape sequences.
/// Whatever is not plainly printable (control, format and bidirectional marks, separators, unassigned) appears as \u{HEX}.
/// </summary>
internal static class SafeText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A text on one line, cut after <paramref name="most"/> characters.</summary>
    public static string Line(string text, int most = int.MaxValue) => Escape(text, most, lineFeeds: false);

    /// <summary>A text that may have several lines.</summary>
    public static string Lines(string text) => Escape(text, int.MaxValue, lineFeeds: true);

    /// <summary>Bytes: quoted text where they are UTF-8, hexadecimal otherwise; cut after <paramref name="most"/> bytes, with their number.</summary>
    public static string Bytes(byte[]? value, int most)
    {
        if (value is null)
        {
            return "null";
        }

        var cut = value.Length > most ? string.Create(CultureInfo.InvariantCulture, $"... ({value.Length} bytes)") : "";
        try
        {
            return $"\"{Line(Strict.GetString(value), most)}\"{cut}";
        }
        catch (DecoderFallbackException)
        {
            return $"0x{Convert.ToHexString(value.AsSpan(0, Math.Min(most, value.Length)))}{cut}";
        }
    }

    private static string Escape(string text, int most, bool lineFeeds)
    {
        var safe = new StringBuilder(Math.Min(text.Length, most) + 16);
        var taken = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (taken++ >= most)
            {
                return safe.Append("...").ToString();
            }

            if (IsPrintable(rune) || (lineFeeds && rune.Value == '\n'))
            {
                safe.Append(rune.ToString());
            }
            else
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}");
            }
        }

        return safe.ToString();
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
