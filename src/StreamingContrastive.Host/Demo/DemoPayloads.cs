using System.Buffers.Binary;
using StreamingContrastive.Host.Datasets;

namespace StreamingContrastive.Host.Demo;

/// <summary>
/// The values of the demo's records: raw pixels or PNG files, and, when asked for, a share that no decoder accepts. A pure
/// function of the record's index, so that a resumed demo sends the same bytes again.
/// </summary>
internal sealed class DemoPayloads
{
    // Spreads the poison evenly over the index: multiples of an odd constant modulo 2^32.
    private const uint Spread = 2654435761;

    private readonly LabelledPictures _pictures;
    private readonly byte[][]? _png;
    private readonly double _poisonShare;
    private readonly byte[][] _poison;

    public DemoPayloads(LabelledPictures pictures, bool png, double poisonShare)
    {
        (_pictures, _poisonShare) = (pictures, poisonShare);
        _png = png ? [.. Enumerable.Range(0, pictures.Count).Select(i => PngPicture.Encode(pictures, i))] : null;
        var whole = _png?[0] ?? PngPicture.Encode(pictures, 0);
        _poison = [[], whole[..(whole.Length / 2)], pictures.Picture(0)[..^3].ToArray(), HugeHeader(whole)];
    }

    /// <summary>Value of the record at a running index.</summary>
    public byte[] Value(long index)
    {
        if (IsPoison(index))
        {
            return _poison[(int)((index / 7) % _poison.Length)];
        }

        var picture = (int)(index % _pictures.Count);
        return _png is null ? _pictures.Picture(picture).ToArray() : _png[picture];
    }

    /// <summary>Whether that record cannot be decoded.</summary>
    public bool IsPoison(long index) => _poisonShare > 0 && unchecked((uint)index * Spread) < _poisonShare * uint.MaxValue;

    /// <summary>A PNG whose header promises 20,000 x 20,000 pixels.</summary>
    private static byte[] HugeHeader(byte[] png)
    {
        const int WidthAt = 16;
        const int Side = 20_000;
        var copy = png.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(WidthAt), Side);
        BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(WidthAt + 4), Side);
        BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(WidthAt + 13), System.IO.Hashing.Crc32.HashToUInt32(copy.AsSpan(12, 17)));
        return copy;
    }
}
