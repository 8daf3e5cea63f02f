using System.Text;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>
/// Outputs since the last checkpoint, in the order in which they are published. The trainer appends; once it is submitted with
/// a checkpoint nobody changes it any more. Not thread-safe.
/// </summary>
internal sealed class Outbox
{
    private const int FixedBytes = 64;
    private readonly List<OutputRecord> _records = [];

    /// <summary>The records.</summary>
    public IReadOnlyList<OutputRecord> Records => _records;

    /// <summary>About how much memory the records hold: what a limit on a slow broker counts.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Appends a record.</summary>
    public void Add(OutputRecord record)
    {
        _records.Add(record);
        SizeBytes += SizeOf(record);
    }

    private static long SizeOf(OutputRecord record)
    {
        long size = FixedBytes + Encoding.UTF8.GetByteCount(record.Topic) + (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
        foreach (var header in record.Headers)
        {
            size += FixedBytes + Encoding.UTF8.GetByteCount(header.Key) + (header.Value?.Length ?? 0);
        }

        return size;
    }
}
