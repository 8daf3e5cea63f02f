using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>The counts behind <see cref="SourceStatistics"/>. Fields of one writer each, save those that say otherwise; read by any thread.</summary>
internal sealed class SourceCounters(TimeProvider time)
{
    private long _records, _bytes, _rewinds, _ignoredRewinds, _staleRecords, _staleChunks, _gaps, _gapOffsets, _commitFailures, _transientErrors;
    private long _pausedTicks;
    private long _pausedSince = -1;
    private volatile IReadOnlyList<PartitionPosition> _positions = [];

    /// <summary>A record became part of a chunk. Consumer thread only: a plain addition, since this is the hot path.</summary>
    public void Consumed(long bytes)
    {
        Volatile.Write(ref _records, _records + 1);
        Volatile.Write(ref _bytes, _bytes + bytes);
    }

    public void Rewound() => Interlocked.Increment(ref _rewinds);

    public void RewindIgnored() => Interlocked.Increment(ref _ignoredRewinds);

    public void StaleRecord() => Interlocked.Increment(ref _staleRecords);

    /// <summary>Any thread.</summary>
    public void StaleChunks(int chunks) => Interlocked.Add(ref _staleChunks, chunks);

    public void Gap(long offsets)
    {
        Interlocked.Increment(ref _gaps);
        Interlocked.Add(ref _gapOffsets, offsets);
    }

    public void CommitFailed() => Interlocked.Increment(ref _commitFailures);

    /// <summary>Any thread.</summary>
    public long TransientError() => Interlocked.Increment(ref _transientErrors);

    public void PauseBegan() => Volatile.Write(ref _pausedSince, time.GetTimestamp());

    /// <summary>Returns the length of the pause.</summary>
    public TimeSpan PauseEnded()
    {
        var pause = time.GetElapsedTime(_pausedSince);
        Volatile.Write(ref _pausedSince, -1);
        Volatile.Write(ref _pausedTicks, _pausedTicks + pause.Ticks);
        return pause;
    }

    public void Positions(IReadOnlyList<PartitionPosition> positions) => _positions = positions;

    public SourceStatistics Snapshot()
    {
        long since = Volatile.Read(ref _pausedSince);
        var paused = TimeSpan.FromTicks(Volatile.Read(ref _pausedTicks)) + (since < 0 ? TimeSpan.Zero : time.GetElapsedTime(since));
        return new SourceStatistics(
            Volatile.Read(ref _records), Volatile.Read(ref _bytes), paused, Volatile.Read(ref _rewinds), Volatile.Read(ref _ignoredRewinds),
            Volatile.Read(ref _staleRecords), Volatile.Read(ref _staleChunks), Volatile.Read(ref _gaps), Volatile.Read(ref _gapOffsets),
            Volatile.Read(ref _commitFailures), Volatile.Read(ref _transientErrors), _positions);
    }
}
