namespace StreamingContrastive.Learning.Checkpoints;

/// <summary>
/// The safetensors format (github.com/huggingface/safetensors): 8 bytes header length, little-endian; a JSON header of name,
/// dtype, shape and data_offsets, padded with spaces so that data starts at a multiple of 8; then the data without holes.
/// Equal content gives equal bytes: tensors lie in order of element size (largest first, so each is aligned), then name.
/// </summary>
public static class SafetensorsFile
{
    /// <summary>Largest header, in bytes, that is written or read; the limit of the reference implementation.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    /// <summary>Writes tensors; their data goes to the stream as it is, without another copy.</summary>
    /// <param name="stream">Where to; stays open.</param>
    /// <param name="tensors">Tensors with distinct, non-empty names.</param>
    /// <param name="metadata">Strings for the header; none where null.</param>
    /// <exception cref="ArgumentException">A name repeats or is reserved, or data does not fit type and shape. Nothing has been written then.</exception>
    public static void Write(Stream stream, IReadOnlyList<HostTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        HostTensor[] ordered =
        [
            .. tensors.OrderByDescending(tensor => HostTensorTypes.ElementBytes(tensor.Type)).ThenBy(tensor => tensor.Name, StringComparer.Ordinal),
        ];
        stream.Write(SafetensorsHeaderWriter.Write(ordered, metadata));
        foreach (HostTensor tensor in ordered)
        {
            stream.Write(tensor.Data);
        }
    }

    /// <summary>Reads a whole file from a stream whose length is known to it.</summary>
    /// <param name="stream">A seekable stream at the file's first byte; stays open.</param>
    /// <returns>Tensors and metadata.</returns>
    /// <exception cref="InvalidDataException">The bytes are no complete, consistent safetensors file; the message says where.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    public static SafetensorsContent Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return stream.CanSeek
            ? Read(stream, stream.Length - stream.Position)
            : throw new ArgumentException("This stream does not know its length: call Read with the length, which bounds what is allocated.", nameof(stream));
    }

    /// <summary>Reads a whole file of a known length, for example through a hashing stream. Every size is checked against that length before memory is taken.</summary>
    /// <param name="stream">A stream at the file's first byte; stays open, at the file's end.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <returns>Tensors and metadata.</returns>
    /// <exception cref="InvalidDataException">The bytes are no complete, consistent safetensors file; the message says where.</exception>
    public static SafetensorsContent Read(Stream stream, long length)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        SafetensorsHeader header = SafetensorsHeader.Read(stream, length);
        var tensors = new HostTensor[header.Entries.Count];
        for (int i = 0; i < tensors.Length; i++)
        {
            SafetensorsEntry entry = header.Entries[i];
            var data = new byte[entry.End - entry.Begin];
            SafetensorsHeader.ReadExactly(stream, data, $"the data of tensor '{entry.Name}'");
            if (entry.Type == HostTensorType.BOOL && data.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)1))
            {
                throw new InvalidDataException($"Tensor '{entry.Name}' is BOOL but holds a byte other than 0 and 1: its data is damaged.");
            }

            tensors[i] = new HostTensor(entry.Name, entry.Type, entry.Shape, data);
        }

        return new SafetensorsContent(tensors, header.Metadata);
    }
}
