using System.Buffers.Text;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Decoding;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Monitoring;

/// <summary>Labelled pictures that are never trained on: the questions of the kNN monitor.</summary>
/// <param name="Pixels">Clean views, [Labels.Length x row bytes].</param>
/// <param name="Labels">Classes.</param>
/// <param name="Skipped">Records of the topic that had no label or could not be decoded.</param>
internal sealed record HeldOutRecords(byte[] Pixels, int[] Labels, int Skipped)
{
    /// <summary>Decodes the records of the held-out topic.</summary>
    public static HeldOutRecords Decode(IReadOnlyList<SourceRecord> records, PayloadOptions payload, string labelHeader)
    {
        var decoder = new PictureDecoder(payload);
        var rowBytes = payload.Shape.ByteCount;
        var pixels = new byte[checked(records.Count * rowBytes)];
        var labels = new List<int>(records.Count);
        foreach (var record in records)
        {
            if (record.Value is { } value
                && Label(record, labelHeader) is { } label
                && decoder.TryDecode(value, pixels.AsSpan(labels.Count * rowBytes, rowBytes), out _))
            {
                labels.Add(label);
            }
        }

        Array.Resize(ref pixels, labels.Count * rowBytes);
        return new HeldOutRecords(pixels, [.. labels], records.Count - labels.Count);
    }

    private static int? Label(SourceRecord record, string labelHeader)
    {
        foreach (var header in record.Headers)
        {
            if (header.Key == labelHeader && header.Value is { Length: > 0 } value && Utf8Parser.TryParse(value, out int label, out var used) && used == value.Length && label >= 0)
            {
                return label;
            }
        }

        return null;
    }
}

/// <summary>What the held-out topic holds for the monitors; at most one of the two.</summary>
/// <param name="Pictures">Records of one picture, for kNN.</param>
/// <param name="Rows">Records of several parts, for retrieval.</param>
internal sealed record HeldOutSet(HeldOutRecords? Pictures, HeldOutRows? Rows);
