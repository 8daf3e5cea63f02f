using System.Globalization;
using System.Text;

namespace StreamingContrastive.Contracts;

/// <summary>Reads headers by name. Where a name repeats, the last one counts, as in every Kafka client.</summary>
public static class RecordHeaderExtensions
{
    /// <summary>The last header of that name, or null.</summary>
    public static RecordHeader? FindLast(this IReadOnlyList<RecordHeader> headers, string name)
    {
        ArgumentNullException.ThrowIfNull(headers);
        for (int i = headers.Count - 1; i >= 0; i--)
        {
            if (string.Equals(headers[i].Key, name, StringComparison.Ordinal))
            {
                return headers[i];
            }
        }

        return null;
    }

    /// <summary>The last header of that name as UTF-8 text, or null when it is missing or has no value.</summary>
    public static string? FindText(this IReadOnlyList<RecordHeader> headers, string name) =>
        headers.FindLast(name)?.Value is { } value ? Encoding.UTF8.GetString(value) : null;

    /// <summary>The last header of that name as a decimal number, or null when it is missing.</summary>
    /// <exception cref="WireFormatException">It is there and is no 64-bit decimal number.</exception>
    public static long? FindInt64(this IReadOnlyList<RecordHeader> headers, string name)
    {
        if (headers.FindText(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new WireFormatException($"The header {name} is '{text}'; a decimal number of 64 bits is expected.");
    }

    internal static RecordHeader Text(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    internal static RecordHeader Number(string name, long value) => Text(name, value.ToString(CultureInfo.InvariantCulture));
}
