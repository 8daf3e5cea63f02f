using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Monitoring;

/// <summary>Records of several parts that are never trained on: the questions and answers of the retrieval monitor.</summary>
/// <param name="Layout">What is inside a row.</param>
/// <param name="Rows">Clean rows, [Count x Layout.CleanBytes].</param>
/// <param name="Count">Records.</param>
/// <param name="Skipped">Records of the topic that had no value or could not be decoded.</param>
public sealed record HeldOutRows(RowLayout Layout, byte[] Rows, int Count, int Skipped)
{
    /// <summary>Decodes the records of the held-out topic.</summary>
    public static HeldOutRows Decode(IReadOnlyList<SourceRecord> records, RowLayout layout, IRowConstructor constructor)
    {
        var (query, key, rows) = (new byte[layout.QueryBytes], new byte[layout.KeyBytes], new byte[checked(records.Count * layout.CleanBytes)]);
        var count = 0;
        foreach (var record in records)
        {
            // The views are not used: any place is as good as another.
            if (record.Value is { } value
                && constructor.TryConstruct(value, default, query, key, rows.AsSpan(count * layout.CleanBytes, layout.CleanBytes), out _, out _))
            {
                count++;
            }
        }

        Array.Resize(ref rows, count * layout.CleanBytes);
        return new HeldOutRows(layout, rows, count, records.Count - count);
    }

    /// <summary>One part of the rows that have it, packed, and which rows these are, ascending.</summary>
    public (byte[] Bytes, int[] Present) Part(int part)
    {
        int[] present = [.. Enumerable.Range(0, Count).Where(row => Layout.Has(Row(row), part))];
        var (at, bytes) = (Layout.OffsetOf(part), Layout.Parts[part].Bytes);
        var packed = new byte[checked(present.Length * bytes)];
        for (var i = 0; i < present.Length; i++)
        {
            Row(present[i]).Slice(at, bytes).CopyTo(packed.AsSpan(i * bytes));
        }

        return (packed, present);
    }

    private ReadOnlySpan<byte> Row(int row) => Rows.AsSpan(row * Layout.CleanBytes, Layout.CleanBytes);
}
