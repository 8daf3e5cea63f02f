using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Host.Demo;

/// <summary>
/// Produces the demo's stream and stays within a bounded distance of the last durable checkpoint in every partition: the
/// embedded broker drops the oldest beyond 5 MiB of a partition, and a record that is not durable may be read again.
/// </summary>
/// <param name="stream">What to produce.</param>
/// <param name="produce">Completes when the broker has acknowledged the records.</param>
/// <param name="durable">Offsets of the newest durable checkpoint, by partition; nothing below them is read again.</param>
/// <param name="progressed">Completes when <paramref name="durable"/> may have changed.</param>
/// <param name="windowRecords">Most records of a partition between its durable offset and its end.</param>
internal sealed class DemoProducer(
    DemoStream stream,
    Func<IReadOnlyList<OutputRecord>, CancellationToken, Task> produce,
    Func<IReadOnlyDictionary<PartitionId, long>> durable,
    Func<CancellationToken, Task> progressed,
    int windowRecords)
{
    private const int BatchRecords = 512;

    /// <summary>Records acknowledged by the broker so far.</summary>
    public long Produced => Interlocked.Read(ref _produced);

    /// <summary>Done once the first window is full: everything that may be asked for at the start is in the topic.</summary>
    public Task CaughtUp => _caughtUp.Task;

    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _produced;

    /// <summary>Window that keeps a partition below half of the embedded broker's 5 MiB.</summary>
    public static int WindowFor(int valueBytes) => Math.Max(64, (5 * 1024 * 1024 / 2) / (valueBytes + OverheadBytes));

    // Key, label header and batch framing of a record, rounded up.
    private const int OverheadBytes = 96;

    /// <summary>Produces the records [0, total).</summary>
    public async Task RunAsync(long total, CancellationToken cancellation)
    {
        var batch = new List<OutputRecord>(BatchRecords);
        long next = 0;
        while (next < total)
        {
            // Taken before the offsets are read, so that a checkpoint in between is not missed.
            var changed = progressed(cancellation);
            var limit = Math.Min(total, Limit(durable()));
            if (next >= limit)
            {
                _caughtUp.TrySetResult();
                await changed.ConfigureAwait(false);
                continue;
            }

            batch.Clear();
            for (; next < limit && batch.Count < BatchRecords; next++)
            {
                batch.Add(stream.Record(next));
            }

            await produce(batch, cancellation).ConfigureAwait(false);
            Interlocked.Exchange(ref _produced, next);
        }
    }

    /// <summary>First index that must wait: the earliest at which some partition's window is full.</summary>
    internal long Limit(IReadOnlyDictionary<PartitionId, long> offsets)
    {
        var limit = long.MaxValue;
        for (var partition = 0; partition < stream.PartitionCount; partition++)
        {
            var durableOffset = offsets.GetValueOrDefault(stream.Partition(partition));
            limit = Math.Min(limit, ((durableOffset + windowRecords) * stream.PartitionCount) + partition);
        }

        return limit;
    }
}
