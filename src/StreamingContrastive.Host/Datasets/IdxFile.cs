using System.Buffers.Binary;
using System.IO.Compression;

namespace StreamingContrastive.Host.Datasets;

/// <summary>
/// Reads IDX files (yann.lecun.com/exdb/mnist) of unsigned bytes, plain or gzipped: two zero bytes, the type, the number of
/// dimensions, each extent as a big-endian int32, then the elements. Sizes are checked against the file before memory is taken.
/// </summary>
internal static class IdxFile
{
    private const byte UnsignedByte = 0x08;
    private const int MaxDimensions = 8;

    // Deflate cannot expand further: a stored size beyond this is a lie, whatever the bytes unpack to.
    private const long MaxGzipExpansion = 1032;

    /// <exception cref="InvalidDataException">The content is no complete IDX file of bytes; the message names the file and the mend.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IdxArray Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Read(file, path);
    }

    /// <param name="stream">A seekable stream at the first byte.</param>
    /// <param name="name">What errors call it.</param>
    public static IdxArray Read(Stream stream, string name)
    {
        long length = stream.Length - stream.Position;
        if (!IsGzip(stream))
        {
            return ReadContent(stream, name, length, length);
        }

        using var unpacked = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
        return ReadContent(unpacked, name, UnpackedBytes(stream), length * MaxGzipExpansion);
    }

    private static bool IsGzip(Stream stream)
    {
        Span<byte> magic = stackalloc byte[2];
        int read = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        stream.Seek(-read, SeekOrigin.Current);
        return read == magic.Length && magic is [0x1f, 0x8b];
    }

    /// <summary>
    /// Size of the content modulo 2^32 as gzip's last four bytes give it. GZipStream takes a cut-off trailer for a good end, without
    /// comparing the checksum before it; these four bytes tell. (Files of several gzip members are refused by this: no IDX set comes so.)
    /// </summary>
    private static uint UnpackedBytes(Stream stream)
    {
        Span<byte> trailer = stackalloc byte[sizeof(uint)];
        long start = stream.Position;
        stream.Position = Math.Max(start, stream.Length - trailer.Length);
        stream.ReadAtLeast(trailer, trailer.Length, throwOnEndOfStream: false);
        stream.Position = start;
        return BinaryPrimitives.ReadUInt32LittleEndian(trailer);
    }

    private static IdxArray ReadContent(Stream content, string name, long contentBytes, long mostBytes)
    {
        int[] dimensions = ReadHeader(content, name);
        long elements = 1;
        foreach (int extent in dimensions)
        {
            // Extents fit 31 bits and the product stays below 2^31 from step to step, so 63 bits are enough.
            elements *= extent;
            if (elements > Math.Min(Array.MaxLength, mostBytes))
            {
                throw Broken(name, $"its header announces {string.Join(" x ", dimensions)} bytes, more than the file can hold: it is damaged or cut short");
            }
        }

        long announced = sizeof(int) + ((long)dimensions.Length * sizeof(int)) + elements;
        if ((uint)announced != (uint)contentBytes)
        {
            throw Broken(name, $"its header announces {announced} bytes, there are {contentBytes}: it is damaged, cut short or longer than it should be");
        }

        var data = new byte[elements];
        ReadExactly(content, data, name);

        // Reading past the end also makes gzip compare its checksum.
        return Fill(content, new byte[1], name) == 0
            ? new IdxArray(dimensions, data)
            : throw Broken(name, $"there is more data after the {string.Join(" x ", dimensions)} bytes that its header announces");
    }

    private static int[] ReadHeader(Stream content, string name)
    {
        Span<byte> word = stackalloc byte[sizeof(int)];
        ReadExactly(content, word, name);
        if (word is not [0, 0, UnsignedByte, >= 1 and <= MaxDimensions])
        {
            throw Broken(
                name, $"it starts with {Convert.ToHexString(word)}; 0000 08 0n is expected: unsigned bytes in 1 to {MaxDimensions} dimensions");
        }

        var dimensions = new int[word[3]];
        for (int i = 0; i < dimensions.Length; i++)
        {
            ReadExactly(content, word, name);
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(word);
            if (dimensions[i] < 0)
            {
                throw Broken(name, $"extent {i} is {dimensions[i]}: extents are 0 or more, big-endian");
            }
        }

        return dimensions;
    }

    private static void ReadExactly(Stream content, Span<byte> destination, string name)
    {
        int read = Fill(content, destination, name);
        if (read < destination.Length)
        {
            throw Broken(name, $"it ends {destination.Length - read} bytes too early: it is cut short");
        }
    }

    private static int Fill(Stream content, Span<byte> destination, string name)
    {
        try
        {
            return content.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException error)
        {
            throw Broken(name, $"its gzip data is damaged ({error.Message})", error);
        }
    }

    private static InvalidDataException Broken(string name, string why, Exception? inner = null) =>
        new($"{name} is no readable IDX file: {why}. Copy or download it again, or name another file.", inner);
}
