using System.Security.Cryptography;
using System.Text;

namespace StreamingContrastive.Contracts;

/// <summary>
/// Ids of points in Qdrant, which takes UUIDs and unsigned integers only: UUIDs of version 5 (RFC 9562 section 5.5), a function of
/// pipeline and key, so that a newer vector of a key replaces the older one and its tombstone finds it.
/// </summary>
/// <remarks>
/// The namespace is itself such a UUID, of the pipeline's ce_source in the URL namespace. In Python:
/// <c>uuid5(uuid5(NAMESPACE_URL, "/streaming-contrastive/NAME"), key)</c>.
/// </remarks>
public sealed class QdrantPointIds
{
    private static readonly Guid _urls = new("6ba7b811-9dad-11d1-80b4-00c04fd430c8");

    private readonly string _source;
    private readonly Guid _namespace;

    /// <summary>Ids of one pipeline's points.</summary>
    /// <param name="pipeline">Name of the pipeline.</param>
    public QdrantPointIds(string pipeline)
    {
        ArgumentException.ThrowIfNullOrEmpty(pipeline);
        _source = CloudEventSources.Of(pipeline);
        _namespace = NameBased(_urls, Encoding.UTF8.GetBytes(_source));
    }

    /// <summary>The id of a record's point.</summary>
    /// <param name="key">The record's key; of a record without one, <see cref="SourcePosition.ToKey"/>.</param>
    public Guid Of(ReadOnlySpan<byte> key) => NameBased(_namespace, key);

    /// <summary>The id of the point of a record's part, where records have several; null is the id of the record's one point.</summary>
    /// <param name="key">The record's key; of a record without one, <see cref="SourcePosition.ToKey"/>.</param>
    /// <param name="part">Name of the part: the namespace is then that of the pipeline's ce_source, a slash and the part.</param>
    public Guid Of(ReadOnlySpan<byte> key, string? part) =>
        part is null ? Of(key) : NameBased(NameBased(_urls, Encoding.UTF8.GetBytes($"{_source}/{part}")), key);

    /// <summary>The UUID of version 5 of a name in a namespace.</summary>
    internal static Guid NameBased(Guid space, ReadOnlySpan<byte> name)
    {
        const int UuidBytes = 16;
        byte[] input = new byte[UuidBytes + name.Length];
        space.TryWriteBytes(input, bigEndian: true, out _);
        name.CopyTo(input.AsSpan(UuidBytes));
#pragma warning disable CA5350 // SHA-1 is what version 5 is defined by; nothing is kept secret or signed with it.
        Span<byte> hash = SHA1.HashData(input).AsSpan(0, UuidBytes);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50); // version
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80); // variant
        return new Guid(hash, bigEndian: true);
    }
}
