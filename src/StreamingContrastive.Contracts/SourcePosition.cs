using System.Globalization;
using System.Text;

namespace StreamingContrastive.Contracts;

/// <summary>Where an input record was read: its identity when it has no key.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition, from 0.</param>
/// <param name="Offset">Offset, from 0.</param>
public readonly record struct SourcePosition(string Topic, int Partition, long Offset)
{
    /// <summary>TOPIC/PARTITION/OFFSET; a topic's name never contains a slash, so different positions differ.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Topic}/{Partition}/{Offset}");

    /// <summary>
    /// The key of an embedding whose record has none: a compacted topic refuses null keys, and this one is the same at every
    /// repeat.
    /// </summary>
    public byte[] ToKey() => Encoding.UTF8.GetBytes(ToString());
}
