using System.Buffers.Binary;

namespace StreamingContrastive.Augmentation.Decoding;

/// <summary>Container of an encoded picture, told by its first bytes.</summary>
internal enum PictureKind
{
    Unknown,
    Png,
    Jpeg,
    WebP,
}

/// <summary>Looks at the first bytes of a picture without decoding anything.</summary>
internal static class PictureHeader
{
    private const int PngHeaderBytes = 24;

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JpegStart => [0xFF, 0xD8, 0xFF];

    /// <summary>Which container the bytes claim to be.</summary>
    public static PictureKind KindOf(ReadOnlySpan<byte> encoded)
    {
        if (encoded.StartsWith(PngSignature))
        {
            return PictureKind.Png;
        }

        if (encoded.StartsWith(JpegStart))
        {
            return PictureKind.Jpeg;
        }

        return encoded.StartsWith("RIFF"u8) && encoded.Length >= 12 && encoded.Slice(8, 4).SequenceEqual("WEBP"u8)
            ? PictureKind.WebP
            : PictureKind.Unknown;
    }

    /// <summary>
    /// Width and height that a PNG's first chunk declares. Read here as well as by the codec, because a hostile file may end
    /// right after it, and its size is then still the better reason than "truncated". False when the chunk is not whole.
    /// </summary>
    public static bool TryReadPngSize(ReadOnlySpan<byte> encoded, out uint width, out uint height)
    {
        (width, height) = (0, 0);
        if (encoded.Length < PngHeaderBytes || !encoded.Slice(12, 4).SequenceEqual("IHDR"u8))
        {
            return false;
        }

        width = BinaryPrimitives.ReadUInt32BigEndian(encoded[16..]);
        height = BinaryPrimitives.ReadUInt32BigEndian(encoded[20..]);
        return true;
    }

    /// <summary>
    /// True when a WebP's container declares more bytes than there are. Checked here because the codec calls such a file merely
    /// wrong, or shows what there is of it.
    /// </summary>
    public static bool IsTruncatedWebP(ReadOnlySpan<byte> encoded) =>
        BinaryPrimitives.ReadUInt32LittleEndian(encoded[4..]) + 8UL > (ulong)encoded.Length;
}
