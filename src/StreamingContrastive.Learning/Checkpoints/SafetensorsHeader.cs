using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace StreamingContrastive.Learning.Checkpoints;

/// <summary>One tensor of a header that has been checked: End - Begin is exactly the bytes of type and shape.</summary>
internal sealed record SafetensorsEntry(string Name, HostTensorType Type, long[] Shape, long Begin, long End);

/// <summary>A checked header: entries in the order of their data, which they cover from 0 to the end without hole or overlap.</summary>
internal sealed class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";

    private SafetensorsHeader(List<SafetensorsEntry> entries, Dictionary<string, string> metadata)
    {
        Entries = entries;
        Metadata = metadata;
    }

    public List<SafetensorsEntry> Entries { get; }

    public Dictionary<string, string> Metadata { get; }

    public static SafetensorsHeader Read(Stream stream, long fileLength)
    {
        if (fileLength < sizeof(ulong) + 2)
        {
            throw new InvalidDataException($"{fileLength} bytes are no safetensors file: the smallest has 8 bytes of header length and a header of 2. The file is cut short.");
        }

        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        ReadExactly(stream, prefix, "the header length");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        long most = Math.Min(SafetensorsFile.MaxHeaderBytes, fileLength - sizeof(ulong));
        if (length > (ulong)most)
        {
            throw new InvalidDataException(
                $"The header should be {length} bytes long, but at most {most} are possible in this file: it is damaged, cut short or no safetensors file.");
        }

        var json = new byte[length];
        ReadExactly(stream, json, "the header");
        return Parse(json, fileLength - sizeof(ulong) - (long)length);
    }

    public static void ReadExactly(Stream stream, Span<byte> destination, string what)
    {
        int read = stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        if (read < destination.Length)
        {
            throw new InvalidDataException($"The file ends {destination.Length - read} bytes before the end of {what}: it is cut short.");
        }
    }

    private static SafetensorsHeader Parse(byte[] json, long dataLength)
    {
        if (json is not [(byte)'{', ..] || !Utf8.IsValid(json))
        {
            throw new InvalidDataException("The header is no JSON object in UTF-8: the file is damaged or no safetensors file.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var entries = new List<SafetensorsEntry>();
            Dictionary<string, string> metadata = [];
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals(MetadataKey))
                {
                    metadata = property.Value.EnumerateObject().ToDictionary(pair => pair.Name, pair => RequireString(pair.Value));
                }
                else
                {
                    entries.Add(SafetensorsEntryParser.Parse(property.Name, property.Value));
                }
            }

            RequireCover(entries, dataLength);
            return new SafetensorsHeader(entries, metadata);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Wrong kinds of values and lone surrogates surface as InvalidOperationException of System.Text.Json.
            throw new InvalidDataException($"The header is not what safetensors prescribes ({error.Message}): the file is damaged or no safetensors file.", error);
        }
    }

    private static string RequireString(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new InvalidDataException($"{MetadataKey} holds a {value.ValueKind}: it may hold strings only.");

    private static void RequireCover(List<SafetensorsEntry> entries, long dataLength)
    {
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long expected = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Begin != expected)
            {
                string fault = entry.Begin < expected ? "overlaps the one before" : "leaves a hole";
                throw new InvalidDataException($"Tensor '{entry.Name}' starts at byte {entry.Begin} of the data, {expected} was expected: it {fault}.");
            }

            expected = entry.End;
        }

        if (expected != dataLength)
        {
            throw new InvalidDataException(
                $"The header describes {expected} bytes of data, the file has {dataLength}: it is {(expected > dataLength ? "cut short" : "longer than it should be")}.");
        }
    }
}
