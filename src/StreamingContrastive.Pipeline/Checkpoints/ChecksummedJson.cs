using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>
/// JSON for people and jq that notices any changed byte: its last property is the SHA-256 of the whole file with that value
/// replaced by zeros. A hash in a file beside it was turned down: two files can be torn apart.
/// </summary>
internal static class ChecksummedJson
{
    /// <summary>The value while the checksum is computed.</summary>
    public const string NoChecksum = "0000000000000000000000000000000000000000000000000000000000000000";

    private static ReadOnlySpan<byte> Property => "\"checksum\": \""u8;

    /// <summary>The file's bytes. The value must carry <see cref="NoChecksum"/>.</summary>
    public static byte[] Seal<T>(T value, JsonTypeInfo<T> type)
        where T : IChecksummed
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];
        Convert.TryToHexStringLower(SHA256.HashData(bytes), ChecksumOf(bytes), out _);
        return bytes;
    }

    /// <summary>The checksum that a sealed file bears.</summary>
    public static string ReadChecksum(byte[] sealedBytes) => System.Text.Encoding.ASCII.GetString(ChecksumOf(sealedBytes));

    /// <summary>
    /// Reads a file. A changed, cut or foreign one is an <see cref="InvalidDataException"/> that says how; a whole one of another
    /// format is a <see cref="CheckpointFormatException"/>, because it is not damage: an older program would go back behind it.
    /// </summary>
    public static T Open<T>(byte[] bytes, string path, JsonTypeInfo<T> type)
        where T : class, IChecksummed
    {
        var copy = bytes.AsSpan().ToArray();
        var checksum = ChecksumOf(copy);
        if (checksum.IsEmpty)
        {
            throw new InvalidDataException($"it holds no checksum in its {bytes.Length} bytes: it was cut off or is not a file of ours");
        }

        byte[] stated = [.. checksum];
        checksum.Fill((byte)'0');
        Span<byte> actual = stackalloc byte[NoChecksum.Length];
        Convert.TryToHexStringLower(SHA256.HashData(copy), actual, out _);
        if (!actual.SequenceEqual(stated))
        {
            throw new InvalidDataException("its checksum does not match: some of its bytes have changed");
        }

        try
        {
            RequireKnownFormat(bytes, path);
            return JsonSerializer.Deserialize(bytes, type) ?? throw new InvalidDataException("it is the JSON word null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"its checksum is right and its content is not: {e.Message}", e);
        }
    }

    private static void RequireKnownFormat(byte[] bytes, string path)
    {
        using var document = JsonDocument.Parse(bytes);
        var version = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("formatVersion", out var property)
            ? property.GetRawText()
            : "none";
        if (version != CheckpointLayout.FormatVersion.ToString(CultureInfo.InvariantCulture))
        {
            throw new CheckpointFormatException(
                $"{path} has format {version}; this version reads format {CheckpointLayout.FormatVersion}. Start the version that wrote it, or point checkpoint.directory elsewhere.");
        }
    }

    private static Span<byte> ChecksumOf(Span<byte> bytes)
    {
        var at = bytes.LastIndexOf(Property);
        return at < 0 || at + Property.Length + NoChecksum.Length > bytes.Length ? [] : bytes.Slice(at + Property.Length, NoChecksum.Length);
    }
}
