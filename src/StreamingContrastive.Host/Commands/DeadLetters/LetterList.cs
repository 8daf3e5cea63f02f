using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StreamingContrastive.Host.Commands.DeadLetters;

/// <summary>Writes what <c>dead-letters list</c> found, as a table or as JSON.</summary>
internal static class LetterList
{
    // The default encoder escapes everything beyond plain ASCII: what strangers wrote reaches no terminal unescaped.
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>The table.</summary>
    public static string Text(string topic, LetterSummary summary, long unreadable)
    {
        var text = new StringBuilder();
        Add(text, $"{topic}: {summary.Letters} letters of {summary.Records} records");
        if (summary.RepeatsUntold)
        {
            Add(text, $"Only the first {SeenPositions.DefaultCapacity} records were checked for repeats; --since narrows it down.");
        }

        if (unreadable > 0)
        {
            Add(text, $"{unreadable} messages without a dead letter's headers were passed over; something else writes there too.");
        }

        var (stages, reasons) = (Widest(summary.Groups.Select(g => g.Stage), "stage"), Widest(summary.Groups.Select(g => g.Reason), "reason"));
        if (summary.Records > 0)
        {
            Add(text, $"\n{"stage".PadRight(stages)}  {"reason".PadRight(reasons)}  records");
        }

        foreach (var (stage, reason, records) in summary.Groups)
        {
            Add(text, $"{stage.PadRight(stages)}  {reason.PadRight(reasons)}  {records}");
        }

        if (summary.Newest.Count > 0)
        {
            Add(text, $"\nThe newest {summary.Newest.Count}, newest last (show one of them: dead-letters show TOPIC/PARTITION/OFFSET):");
        }

        foreach (var line in summary.Newest)
        {
            Add(text, $"{line}");
        }

        return text.ToString();
    }

    /// <summary>The same as one JSON object.</summary>
    public static string Json(string topic, LetterSummary summary, long unreadable) => Write(json =>
    {
        json.WriteString("topic", topic);
        json.WriteNumber("letters", summary.Letters);
        json.WriteNumber("records", summary.Records);
        json.WriteNumber("unreadable", unreadable);
        json.WriteStartArray("groups");
        foreach (var (stage, reason, records) in summary.Groups)
        {
            json.WriteStartObject();
            json.WriteString("stage", stage);
            json.WriteString("reason", reason);
            json.WriteNumber("records", records);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("newest");
        foreach (var line in summary.Newest)
        {
            json.WriteStartObject();
            json.WriteString("written", LetterLine.Time(line.WrittenUnixMs));
            json.WriteString("record", line.Record.ToString());
            json.WriteString("letter", line.Position.ToString());
            json.WriteString("stage", line.Stage);
            json.WriteString("reason", line.Reason);
            json.WriteString("message", line.Words);
            json.WriteNumber("replays", line.Replays);
            json.WriteString("leftOut", line.LeftOut);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>One object, written by <paramref name="members"/>, and a line feed.</summary>
    internal static string Write(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static int Widest(IEnumerable<string> texts, string title) => texts.Append(title).Max(t => t.Length);

    private static void Add(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
