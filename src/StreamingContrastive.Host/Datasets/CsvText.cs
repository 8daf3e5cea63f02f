using System.Text;

namespace StreamingContrastive.Host.Datasets;

/// <summary>Reads CSV as RFC 4180 has it: fields with commas, line breaks or doubled quotes stand in quotes. Small files, all at once.</summary>
internal static class CsvText
{
    /// <summary>The rows of a text, each with its fields; an empty last line is none.</summary>
    /// <exception cref="InvalidDataException">A quote is not closed, or something follows a closed one.</exception>
    public static IReadOnlyList<string[]> Rows(string text)
    {
        var (rows, row, at) = (new List<string[]>(), new List<string>(), 0);
        while (at < text.Length)
        {
            row.Add(text[at] == '"' ? Quoted(text, ref at) : Plain(text, ref at));
            if (at < text.Length && text[at] == ',')
            {
                at++;
                if (at < text.Length)
                {
                    continue;
                }

                row.Add("");
            }

            at += at + 1 < text.Length && text[at] == '\r' && text[at + 1] == '\n' ? 2 : 1;
            rows.Add([.. row]);
            row.Clear();
        }

        return rows;
    }

    private static string Plain(string text, ref int at)
    {
        var end = text.AsSpan(at).IndexOfAny(',', '\r', '\n');
        var field = end < 0 ? text[at..] : text.Substring(at, end);
        at += field.Length;
        return field;
    }

    private static string Quoted(string text, ref int at)
    {
        var (start, field) = (at, new StringBuilder());
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                field.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                field.Append('"');
                at++;
            }
            else
            {
                at++;
                return at == text.Length || text[at] is ',' or '\r' or '\n' ? field.ToString()
                    : throw new InvalidDataException($"Character {at}: '{text[at]}' follows a closed quote. A quote inside a field is written twice.");
            }
        }

        throw new InvalidDataException($"The quote that opens at character {start} is never closed.");
    }
}
