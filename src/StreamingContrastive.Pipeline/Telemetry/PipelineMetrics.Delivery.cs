using System.Diagnostics.Metrics;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>Records of a partition that wait, by the trainer's offsets.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Records">Offsets between the trainer's next one and the end.</param>
internal readonly record struct PartitionLag(PartitionId Partition, long Records);

/// <content>Stages, offsets, checkpoints, outputs.</content>
public sealed partial class PipelineMetrics
{
    private static readonly PipelineStage[] Holding = [PipelineStage.Augment, PipelineStage.Letters, PipelineStage.Credit, PipelineStage.Batch, PipelineStage.Publish];

    private readonly Histogram<double> _stageDuration, _checkpointDuration, _checkpointCopy;
    private readonly KeptValues _checkpointSize, _epoch, _gaps, _gapOffsets;
    private readonly Counter<long> _tombstones, _ignoredParts, _deadLetters, _rebalances, _rewinds, _staleChunks, _published;
    private readonly long[] _inFlight = new long[PipelineStageNames.Count];
    private volatile Measurement<double>[] _lag = [];
    private long _outbox;
    private long _newestEventUnixMs = -1;
    private long _checkpointUnixMs = -1;

    /// <summary>Where time goes, for who looks without a listener.</summary>
    public StageTimes Stages { get; } = new();

    /// <summary>A piece of work in a stage is done.</summary>
    internal void StageTook(PipelineStage stage, TimeSpan duration)
    {
        Stages.Add(stage, duration);
        _stageDuration.Record(duration.TotalSeconds, Tag(TagNames.Stage, PipelineStageNames.Of(stage)));
    }

    /// <summary>Records come into a stage.</summary>
    internal void StageEntered(PipelineStage stage, int records) => Interlocked.Add(ref _inFlight[(int)stage], records);

    /// <summary>They leave it, however.</summary>
    internal void StageLeft(PipelineStage stage, int records) => Interlocked.Add(ref _inFlight[(int)stage], -records);

    /// <summary>A stage that knows itself what it holds.</summary>
    internal void StageHolds(PipelineStage stage, long records) => Volatile.Write(ref _inFlight[(int)stage], records);

    /// <summary>How far behind the trainer is; replaces what was known, so that a partition that went away is not shown for ever.</summary>
    internal void LagSeen(IReadOnlyList<PartitionLag> lags)
    {
        var measurements = new Measurement<double>[lags.Count];
        for (var i = 0; i < measurements.Length; i++)
        {
            var (partition, records) = lags[i];
            measurements[i] = new Measurement<double>(records, Tag(TagNames.Destination, partition.Topic), Tag(TagNames.Partition, PartitionText.Of(partition.Partition)));
        }

        _lag = measurements;
    }

    /// <summary>The newest event time of a trained batch, in milliseconds since 1970; -1 when none of it has one. One caller.</summary>
    internal void EventsTrained(long newestUnixMs)
    {
        if (newestUnixMs > Volatile.Read(ref _newestEventUnixMs))
        {
            Volatile.Write(ref _newestEventUnixMs, newestUnixMs);
        }
    }

    /// <summary>Parts that were skipped (input:unknownParts); a pipeline that has none says nothing.</summary>
    internal void PartsIgnored(long count)
    {
        if (count > 0)
        {
            _ignoredParts.Add(count);
        }
    }

    /// <summary>Tombstones that the watermark passed.</summary>
    internal void TombstonesPassed(long count) => _tombstones.Add(count);

    /// <summary>One record acknowledged in the dead-letter topic.</summary>
    internal void DeadLettered(string stage, string errorType) => _deadLetters.Add(1, Tag(TagNames.Stage, stage), Tag(TagNames.ErrorType, errorType));

    /// <summary>A gap was let pass.</summary>
    internal void GapPassed(long offsets)
    {
        _gaps.Add(1);
        _gapOffsets.Add(offsets);
    }

    /// <summary>A rebalance brought or took a partition.</summary>
    internal void Rebalanced(string change) => _rebalances.Add(1, Tag(TagNames.Change, change));

    /// <summary>A chunk was answered with Rewind.</summary>
    internal void ChunkRewound() => _rewinds.Add(1);

    /// <summary>A stale chunk was dropped.</summary>
    internal void StaleChunkDropped() => _staleChunks.Add(1);

    /// <summary>The trainer copied its state for a checkpoint.</summary>
    internal void StateCopied(TimeSpan duration)
    {
        _checkpointCopy.Record(duration.TotalSeconds);
        StageTook(PipelineStage.CheckpointCopy, duration);
    }

    /// <summary>A checkpoint is durable.</summary>
    /// <param name="duration">Since its copy began; null for one that an earlier start wrote.</param>
    /// <param name="bytes">Size of its files.</param>
    /// <param name="createdAt">When it was written.</param>
    internal void CheckpointDurable(TimeSpan? duration, long bytes, DateTimeOffset createdAt)
    {
        if (duration is { } time)
        {
            _checkpointDuration.Record(time.TotalSeconds);
            StageTook(PipelineStage.CheckpointWrite, time);
        }

        _checkpointSize.Set(bytes);
        Volatile.Write(ref _checkpointUnixMs, createdAt.ToUnixTimeMilliseconds());
    }

    /// <summary>Outputs were made; they are to be published now or later.</summary>
    internal void OutputsMade(int count) => Interlocked.Add(ref _outbox, count);

    /// <summary>Outputs acknowledged.</summary>
    internal void OutputsPublished(int count)
    {
        _published.Add(count);
        Interlocked.Add(ref _outbox, -count);
    }

    /// <summary>A trainer began. What an ended run of this process held, it holds no more.</summary>
    internal void EpochBegan(long epoch)
    {
        Interlocked.Exchange(ref _outbox, 0);
        StageHolds(PipelineStage.Batch, 0);
        _epoch.Set(epoch);
    }

    /// <summary>The trainer is gone: a process that lives on must not look like a second one.</summary>
    internal void EpochEnded() => _epoch.Set(double.NaN);

    /// <summary>An ingest began, likewise.</summary>
    internal void IngestBegan()
    {
        StageHolds(PipelineStage.Augment, 0);
        StageHolds(PipelineStage.Letters, 0);
        StageHolds(PipelineStage.Credit, 0);
    }

    private IEnumerable<Measurement<double>> InFlight()
    {
        foreach (var stage in Holding)
        {
            yield return new Measurement<double>(Volatile.Read(ref _inFlight[(int)stage]), Tag(TagNames.Stage, PipelineStageNames.Of(stage)));
        }
    }

    private IEnumerable<Measurement<double>> FreshnessNow() => SecondsSince(Volatile.Read(ref _newestEventUnixMs));

    private IEnumerable<Measurement<double>> CheckpointAgeNow() => SecondsSince(Volatile.Read(ref _checkpointUnixMs));

    private IEnumerable<Measurement<double>> OutboxNow() =>
        [new Measurement<double>(Interlocked.Read(ref _outbox))];

    private IEnumerable<Measurement<double>> SecondsSince(long unixMs) =>
        unixMs < 0 ? [] : [new Measurement<double>((_clock.GetUtcNow().ToUnixTimeMilliseconds() - unixMs) / 1000.0)];
}
