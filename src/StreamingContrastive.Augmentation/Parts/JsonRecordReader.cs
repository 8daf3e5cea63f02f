using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using StreamingContrastive.Augmentation.Decoding;
using StreamingContrastive.Contracts.Records;
using StreamingContrastive.Contracts.Rows;

namespace StreamingContrastive.Augmentation.Parts;

/// <summary>
/// Reads the JSON form of a record of several parts: an object with a field a part, a picture as base64 and a text as a string; null or
/// no field where there is none. Beside them "label", a class from 0, and "hardNegatives", a list of objects with the fields of the parts
/// that stand in, or with "recordKey", the key of another record. Other fields are refused, as parts with a mistyped name, or passed over and
/// kept as empty parts of their name, for whoever counts them.
/// </summary>
internal sealed class JsonRecordReader(IReadOnlyList<PartPlan> parts, bool ignoresUnknown)
{
    public const string Label = "label";
    public const string HardNegatives = "hardNegatives";
    public const string RecordKey = "recordKey";

    /// <summary>Reads a value; exactly one of the two is there.</summary>
    public (MultiPartRecord? Record, Rejection? Rejection) Read(ReadOnlySpan<byte> json)
    {
        try
        {
            if (json.StartsWith(Encoding.UTF8.Preamble))
            {
                json = json[Encoding.UTF8.Preamble.Length..];
            }

            var reader = new Utf8JsonReader(json);
            reader.Read();
            var (record, rejection) = ReadRecord(ref reader);
            if (rejection is null)
            {
                reader.Read(); // Beyond the object there must be nothing: the reader throws otherwise.
            }

            return (record, rejection);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Utf8JsonReader reports bad input by exception only: the second type is its word for broken escapes and bad UTF-8.
            return (null, Bad(DecodeErrors.BadJson, $"The value is not valid JSON: {e.Message}"));
        }
    }

    private (MultiPartRecord?, Rejection?) ReadRecord(ref Utf8JsonReader reader)
    {
        List<NamedPart> found = [];
        List<RecordNegative> negatives = [];
        var label = -1;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return (null, Bad(DecodeErrors.BadJson, $"The value is a JSON {reader.TokenType}; it must be an object with a field a part."));
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var rejection = name switch
            {
                Label => ReadLabel(ref reader, out label),
                HardNegatives => ReadNegatives(ref reader, negatives),
                _ => ReadPart(ref reader, name, found),
            };
            if (rejection is not null)
            {
                return (null, rejection);
            }
        }

        return (new MultiPartRecord { Parts = found, Label = label, HardNegatives = negatives }, null);
    }

    private static Rejection? ReadLabel(ref Utf8JsonReader reader, out int label)
    {
        label = -1;
        return reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out label) && label >= 0)
            ? null
            : Bad(DecodeErrors.BadField, $"The JSON field \"{Label}\" is {reader.TokenType}; it must be a whole number from 0 to {int.MaxValue}, or left out.");
    }

    private Rejection? ReadNegatives(ref Utf8JsonReader reader, List<RecordNegative> negatives)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Bad(DecodeErrors.BadField, $"The JSON field \"{HardNegatives}\" is {reader.TokenType}; it must be a list of objects.");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject || negatives.Count == RecordCodec.MaxHardNegatives)
            {
                return Bad(DecodeErrors.BadField, $"The JSON field \"{HardNegatives}\" holds a {reader.TokenType} at place {negatives.Count}; it must be a list of at most {RecordCodec.MaxHardNegatives} objects.");
            }

            if (ReadNegative(ref reader, negatives) is { } rejection)
            {
                return rejection;
            }
        }

        return null;
    }

    private Rejection? ReadNegative(ref Utf8JsonReader reader, List<RecordNegative> negatives)
    {
        List<NamedPart> inline = [];
        byte[]? key = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name != RecordKey)
            {
                if (ReadPart(ref reader, name, inline) is { } rejection)
                {
                    return rejection;
                }
            }
            else if (reader.TokenType == JsonTokenType.String)
            {
                key = Text(ref reader);
            }
            else
            {
                return Bad(DecodeErrors.BadField, $"\"{RecordKey}\" in \"{HardNegatives}\" is {reader.TokenType}; it must be a string, the key's text.");
            }
        }

        if (key is not null && inline.Count > 0)
        {
            return Bad(DecodeErrors.BadField, $"A hard negative has parts and \"{RecordKey}\": it is either carried or named.");
        }

        negatives.Add(key is null ? new RecordNegative { Inline = inline } : new RecordNegative { RecordKey = key });
        return null;
    }

    private Rejection? ReadPart(ref Utf8JsonReader reader, string name, List<NamedPart> into)
    {
        if (parts.FirstOrDefault(p => p.Row.Name == name) is not { } part)
        {
            return ignoresUnknown ? PassOver(ref reader, name, into) : PartErrors.Unknown(name, parts);
        }

        if (into.Exists(p => p.Name == name))
        {
            return PartErrors.Twice(name); // Here, not later: a long list of one field must not be decoded first.
        }

        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            return Bad(DecodeErrors.BadField, $"Part \"{name}\" is a JSON {reader.TokenType}; it must be a string, {(part.Row.Kind == PartKind.Picture ? "the picture's bytes as base64" : "the text")}.");
        }

        if (part.Row.Kind == PartKind.Text)
        {
            into.Add(new NamedPart(name, "", Text(ref reader)));
            return null;
        }

        var data = Text(ref reader);
        if (Base64.DecodeFromUtf8InPlace(data, out var bytes) != OperationStatus.Done || bytes == 0)
        {
            return Bad(DecodeErrors.BadField, $"Part \"{name}\" is a string of {data.Length} characters that is not base64 of a picture; send plain base64, without a data: prefix.");
        }

        into.Add(new NamedPart(name, "", data.AsMemory(0, bytes)));
        return null;
    }

    // Whatever it is: a number, an object. As many as a record may have in the other format, so that nobody makes a long list of empty parts.
    private static Rejection? PassOver(ref Utf8JsonReader reader, string name, List<NamedPart> into)
    {
        if (into.Count == RecordCodec.MaxParts)
        {
            return Bad(PartErrors.BadRecord, $"The record has more than {RecordCodec.MaxParts} parts; {RecordCodec.MaxParts} is the most.");
        }

        if (reader.TokenType != JsonTokenType.Null)
        {
            into.Add(new NamedPart(name, "", default));
            reader.Skip();
        }

        return null;
    }

    // As long as the escaped text at most, which is a part of a value whose length was checked.
    private static byte[] Text(ref Utf8JsonReader reader)
    {
        var buffer = new byte[reader.ValueSpan.Length];
        var length = reader.CopyString(buffer);
        return length == buffer.Length ? buffer : buffer[..length];
    }

    private static Rejection Bad(string errorType, string message) => PartErrors.Decode(errorType, message);
}
