using System.Globalization;
using System.Text;

namespace StreamingContrastive.Host.Terminal;

/// <summary>Bytes as people know them from hexdump: offset, sixteen bytes, and the printable ASCII among them.</summary>
internal static class HexDump
{
    private const int Width = 16;

    /// <summary>The lines of a dump.</summary>
    public static IEnumerable<string> Of(byte[] bytes, int most)
    {
        for (var at = 0; at < Math.Min(bytes.Length, most); at += Width)
        {
            yield return Line(bytes.AsSpan(at, Math.Min(Width, Math.Min(bytes.Length, most) - at)), at);
        }
    }

    private static string Line(ReadOnlySpan<byte> bytes, int at)
    {
        var line = new StringBuilder(80).Append(CultureInfo.InvariantCulture, $"{at:x8} ");
        for (var i = 0; i < Width; i++)
        {
            line.Append(i < bytes.Length ? string.Create(CultureInfo.InvariantCulture, $" {bytes[i]:x2}") : "   ");
        }

        line.Append("  |");
        foreach (var value in bytes)
        {
            line.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
        }

        return line.Append('|').ToString();
    }
}
