using System.Globalization;
using System.Text;
using StreamingContrastive.Host.Terminal;

namespace StreamingContrastive.Host.Commands.DeadLetters;

/// <summary>Writes what <c>dead-letters show</c> found: everything that the letter says, and the first bytes of the value.</summary>
internal static class LetterDetail
{
    private const int KeyBytes = 200;
    private const int HeaderBytes = 1000;

    /// <summary>For a person; whatever strangers wrote is escaped.</summary>
    public static string Text(ReceivedLetter letter, int valueBytes)
    {
        var (line, message) = (LetterLine.Of(letter), letter.Message);
        var text = new StringBuilder();
        Add(text, $"record   {line.Record}  of {LetterLine.Time(letter.Letter.TimestampUnixMs)}");
        Add(text, $"letter   {line.Position}  of {LetterLine.Time(line.WrittenUnixMs)}");
        Add(text, $"refused  {line.Stage} {line.Reason}: {SafeText.Line(letter.Letter.Message)}");
        if (line.Replays > 0)
        {
            Add(text, $"replays  {line.Replays}");
        }

        Add(text, $"key      {SafeText.Bytes(message.Key, KeyBytes)}");
        Add(text, $"headers  {message.Headers.Count}");
        foreach (var header in message.Headers)
        {
            Add(text, $"  {SafeText.Line(header.Key, KeyBytes)} = {SafeText.Bytes(header.Value, HeaderBytes)}");
        }

        if (line.LeftOut is { } parts)
        {
            Add(text, $"left out {parts}: the whole is larger than a message may be; the record stands at {line.Record} for as long as the topic keeps it");
        }

        Add(text, $"value    {(message.Value is { } value ? $"{value.Length} bytes" : "null")}");
        foreach (var row in HexDump.Of(message.Value ?? [], valueBytes))
        {
            Add(text, $"  {row}");
        }

        if (message.Value?.Length > valueBytes)
        {
            Add(text, $"  ... --bytes shows more of it");
        }

        return text.ToString();
    }

    /// <summary>The same as one JSON object; bytes as base64.</summary>
    public static string Json(ReceivedLetter letter, int valueBytes) => LetterList.Write(json =>
    {
        var (line, message) = (LetterLine.Of(letter), letter.Message);
        json.WriteString("record", line.Record.ToString());
        json.WriteString("recordTime", LetterLine.Time(letter.Letter.TimestampUnixMs));
        json.WriteString("letter", line.Position.ToString());
        json.WriteString("written", LetterLine.Time(line.WrittenUnixMs));
        json.WriteString("stage", line.Stage);
        json.WriteString("reason", line.Reason);
        json.WriteString("message", letter.Letter.Message);
        json.WriteNumber("replays", line.Replays);
        json.WriteString("leftOut", line.LeftOut);
        json.WriteString("key", message.Key is null ? null : Convert.ToBase64String(message.Key));
        json.WriteStartArray("headers");
        foreach (var header in message.Headers)
        {
            json.WriteStartObject();
            json.WriteString("name", header.Key);
            json.WriteString("value", header.Value is null ? null : Convert.ToBase64String(header.Value));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (message.Value is { } value)
        {
            json.WriteNumber("valueBytes", value.Length);
            json.WriteBase64String("value", value.AsSpan(0, Math.Min(value.Length, valueBytes)));
        }
        else
        {
            json.WriteNull("valueBytes");
            json.WriteNull("value");
        }
    });

    private static void Add(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
