using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamingContrastive.Learning.Checkpoints;

/// <summary>Checks tensors that are to be written and lays out length and header.</summary>
internal static class SafetensorsHeaderWriter
{
    // Only the reader's JSON parser sees this text, never a page: quotes and controls are escaped, the rest stays readable.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bytes before the data: length, header, padding.</summary>
    public static ReadOnlySpan<byte> Write(HostTensor[] ordered, IReadOnlyDictionary<string, string>? metadata)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var buffer = new ArrayBufferWriter<byte>(4096);
        buffer.GetSpan(sizeof(long))[..sizeof(long)].Clear();
        buffer.Advance(sizeof(long));
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            long offset = 0;
            foreach (HostTensor tensor in ordered)
            {
                Validate(tensor, names);
                WriteEntry(json, tensor, offset);
                offset += tensor.Data.Length;
            }

            json.WriteEndObject();
        }

        int padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(sizeof(long))[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return WithLength(buffer);
    }

    private static Span<byte> WithLength(ArrayBufferWriter<byte> buffer)
    {
        byte[] header = buffer.WrittenSpan.ToArray();
        int length = header.Length - sizeof(long);
        if (length > SafetensorsFile.MaxHeaderBytes)
        {
            throw new ArgumentException($"The header of {length} bytes is above the limit of {SafetensorsFile.MaxHeaderBytes}: write fewer tensors or less metadata.");
        }

        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        return header;
    }

    private static void Validate(HostTensor tensor, HashSet<string> names)
    {
        if (string.IsNullOrEmpty(tensor.Name) || tensor.Name == SafetensorsHeader.MetadataKey)
        {
            throw new ArgumentException($"'{tensor.Name}' cannot name a tensor: names are not empty, and {SafetensorsHeader.MetadataKey} is the format's own.");
        }

        if (!names.Add(tensor.Name))
        {
            throw new ArgumentException($"Two tensors are named '{tensor.Name}': names must differ.");
        }

        if (!HostTensorTypes.TryByteCount(tensor.Type, tensor.Shape, out long bytes) || bytes != tensor.Data.Length)
        {
            throw new ArgumentException(
                $"Tensor '{tensor.Name}' has {tensor.Data.Length} bytes, which do not fit {tensor.Type} [{string.Join(", ", tensor.Shape)}].");
        }

        if (tensor.Type == HostTensorType.BOOL && tensor.Data.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw new ArgumentException($"Tensor '{tensor.Name}' is BOOL but holds a byte other than 0 and 1.");
        }
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is not { Count: > 0 })
        {
            return;
        }

        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, HostTensor tensor, long offset)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type.ToString());
        json.WriteStartArray("shape");
        foreach (long extent in tensor.Shape)
        {
            json.WriteNumberValue(extent);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + tensor.Data.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
