using System.Text;
using System.Text.Unicode;
using Google.Protobuf;

namespace StreamingContrastive.Contracts.Records;

/// <summary>
/// Writes and reads records of several parts (topology/contracts/record.proto). Reading copies no data: parts are slices of the value.
/// What is counted is counted before anything is made of it.
/// </summary>
public static class RecordCodec
{
    /// <summary>Most parts of a record, and of an inline negative.</summary>
    public const int MaxParts = 64;

    /// <summary>Most hard negatives of a record.</summary>
    public const int MaxHardNegatives = 256;

    private const int MaxNameBytes = 256;

    /// <summary>Encodes a record.</summary>
    public static byte[] Encode(MultiPartRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var wire = new Wire.Record { Parts = { record.Parts.Select(ToWire) } };
        if (record.Label >= 0)
        {
            wire.Label = (uint)record.Label;
        }

        foreach (var negative in record.HardNegatives)
        {
            wire.HardNegatives.Add(negative.Inline is { } parts
                ? new Wire.HardNegative { Inline = new Wire.PartList { Parts = { parts.Select(ToWire) } } }
                : new Wire.HardNegative { RecordKey = UnsafeByteOperations.UnsafeWrap(negative.RecordKey ?? throw new ArgumentException("A hard negative has neither parts nor a key.", nameof(record))) });
        }

        return wire.ToByteArray();
    }

    /// <summary>Reads a record.</summary>
    /// <param name="value">The message's value; the record's parts are slices of it.</param>
    /// <param name="maxBytes">A longer value is refused before anything is allocated for it.</param>
    /// <exception cref="WireFormatException">The value is not what the contract says.</exception>
    public static MultiPartRecord Decode(ReadOnlyMemory<byte> value, int maxBytes)
    {
        if (value.Length > maxBytes)
        {
            throw new WireFormatException($"The value has {value.Length} bytes; at most {maxBytes} are allowed.");
        }

        List<NamedPart> parts = [];
        List<RecordNegative> negatives = [];
        var label = -1;
        var reader = new RecordFieldReader(value.Span);
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case Wire.Record.PartsFieldNumber:
                    Add(parts, Part(Bytes(reader, value, "parts")), MaxParts, "parts");
                    break;
                case Wire.Record.LabelFieldNumber:
                    label = reader.HasNumber && reader.Number <= int.MaxValue ? (int)reader.Number
                        : throw new WireFormatException($"label is {(reader.HasNumber ? reader.Number : "no number")}; it is a number from 0 to {int.MaxValue}.");
                    break;
                case Wire.Record.HardNegativesFieldNumber:
                    Add(negatives, Negative(Bytes(reader, value, "hard_negatives")), MaxHardNegatives, "hard_negatives");
                    break;
            }
        }

        return new MultiPartRecord { Parts = parts, Label = label, HardNegatives = negatives };
    }

    private static NamedPart Part(ReadOnlyMemory<byte> message)
    {
        var part = new NamedPart("", "", default);
        var reader = new RecordFieldReader(message.Span);
        while (reader.MoveNext())
        {
            part = reader.Field switch
            {
                Wire.Part.NameFieldNumber => part with { Name = Text(Bytes(reader, message, "name"), "name") },
                Wire.Part.MediaTypeFieldNumber => part with { MediaType = Text(Bytes(reader, message, "media_type"), "media_type") },
                Wire.Part.DataFieldNumber => part with { Data = Bytes(reader, message, "data") },
                _ => part,
            };
        }

        return part;
    }

    private static RecordNegative Negative(ReadOnlyMemory<byte> message)
    {
        RecordNegative? negative = null;
        var reader = new RecordFieldReader(message.Span);
        while (reader.MoveNext())
        {
            negative = reader.Field switch
            {
                Wire.HardNegative.InlineFieldNumber => new RecordNegative { Inline = List(Bytes(reader, message, "inline")) },
                Wire.HardNegative.RecordKeyFieldNumber => new RecordNegative { RecordKey = Bytes(reader, message, "record_key") },
                _ => negative,
            };
        }

        return negative ?? throw new WireFormatException("A hard negative has neither parts (inline) nor record_key.");
    }

    private static List<NamedPart> List(ReadOnlyMemory<byte> message)
    {
        List<NamedPart> parts = [];
        var reader = new RecordFieldReader(message.Span);
        while (reader.MoveNext())
        {
            if (reader.Field == Wire.PartList.PartsFieldNumber)
            {
                Add(parts, Part(Bytes(reader, message, "parts")), MaxParts, "parts of a hard negative");
            }
        }

        return parts;
    }

    private static void Add<T>(List<T> list, T item, int most, string what)
    {
        if (list.Count == most)
        {
            throw new WireFormatException($"The record has more than {most} {what}; {most} is the most.");
        }

        list.Add(item);
    }

    private static ReadOnlyMemory<byte> Bytes(in RecordFieldReader reader, ReadOnlyMemory<byte> message, string field) => reader.HasBytes
        ? message[reader.Bytes]
        : throw new WireFormatException($"{field} is a number where a Record has bytes; is the value topology/contracts/record.proto?");

    private static string Text(ReadOnlyMemory<byte> bytes, string field) =>
        bytes.Length > MaxNameBytes ? throw new WireFormatException($"{field} has {bytes.Length} bytes; {MaxNameBytes} is the most.")
        : Utf8.IsValid(bytes.Span) ? Encoding.UTF8.GetString(bytes.Span)
        : throw new WireFormatException($"{field} is not UTF-8.");

    private static Wire.Part ToWire(NamedPart part) =>
        new() { Name = part.Name, MediaType = part.MediaType, Data = UnsafeByteOperations.UnsafeWrap(part.Data) };
}
