using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>
/// What a stage tells of its work, once: instruments and spans of one run, with one clock. Thread-safe. Durations are given by the
/// timestamp at which the work began.
/// </summary>
/// <param name="metrics">The process's instruments; not owned.</param>
/// <param name="group">Consumer group.</param>
/// <param name="clock">Clock.</param>
public sealed class PipelineTelemetry(PipelineMetrics metrics, string group, TimeProvider clock)
{
    private readonly PipelineTracing _tracing = new(group);

    /// <summary>Instruments.</summary>
    internal PipelineMetrics Metrics => metrics;

    /// <summary>Timestamp of now: where a piece of work begins.</summary>
    internal long Now() => clock.GetTimestamp();

    /// <summary>A chunk of records was collected; its trace.</summary>
    internal ChunkTrace Polled(PartitionId partition, int records, long began)
    {
        var took = clock.GetElapsedTime(began);
        metrics.Polled(partition, group, records, took);
        metrics.StageTook(PipelineStage.Poll, took);
        var time = SpanTime.EndingNow(clock, took);
        return new ChunkTrace(_tracing.Polled(partition, records, time), time.Ended);
    }

    /// <summary>The views of a chunk were made.</summary>
    internal void Augmented(PairChunk chunk, long began)
    {
        var took = clock.GetElapsedTime(began);
        metrics.StageTook(PipelineStage.Augment, took);
        _tracing.Augmented(chunk, SpanTime.EndingNow(clock, took));
    }

    /// <summary>A piece of work in a stage that has no span is done.</summary>
    internal void Took(PipelineStage stage, long began) => metrics.StageTook(stage, clock.GetElapsedTime(began));

    /// <summary>A step was made, or refused; records that came with a trace carry the context of their own span from here on.</summary>
    internal void Processed(BatchPositions batch, long step, long began, string? errorType)
    {
        var took = clock.GetElapsedTime(began);
        metrics.Processed(batch.PartitionOf(0).Topic, group, took, errorType);
        metrics.StageTook(PipelineStage.Process, took);
        if (errorType is null)
        {
            metrics.StepTook(took);
            metrics.EventsTrained(NewestEvent(batch.Rows));
        }

        _tracing.Processed(batch, step, SpanTime.EndingNow(clock, took), errorType);
    }

    /// <summary>A list of outputs was acknowledged, or was not: once for every topic in it.</summary>
    internal void Sent(IReadOnlyList<OutputRecord> records, long began, string? errorType)
    {
        var took = clock.GetElapsedTime(began);
        metrics.StageTook(PipelineStage.Publish, took);
        var time = SpanTime.EndingNow(clock, took);
        foreach (var (topic, messages) in CountByTopic(records))
        {
            metrics.Sent(topic, messages, took, errorType);
            PipelineTracing.Sent(records, topic, messages, time, errorType);
        }
    }

    /// <summary>The group's commit of stored offsets was answered.</summary>
    internal void Committed(string topic, long began, string? errorType)
    {
        var took = clock.GetElapsedTime(began);
        metrics.Committed(topic, group, took, errorType);
        _tracing.Committed(topic, SpanTime.EndingNow(clock, took), errorType);
    }

    private static long NewestEvent(ReadOnlySpan<PairMeta> rows)
    {
        long newest = -1;
        foreach (ref readonly var row in rows)
        {
            newest = Math.Max(newest, row.EventTimeUnixMs);
        }

        return newest;
    }

    // Few topics, thousands of records: a list that is searched from its last hit, and nothing is allocated for a record.
    private static List<(string Topic, int Messages)> CountByTopic(IReadOnlyList<OutputRecord> records)
    {
        var counts = new List<(string Topic, int Messages)>(4);
        var at = -1;
        for (var i = 0; i < records.Count; i++)
        {
            var topic = records[i].Topic;
            if (at < 0 || counts[at].Topic != topic)
            {
                at = IndexOf(counts, topic);
            }

            counts[at] = (topic, counts[at].Messages + 1);
        }

        return counts;
    }

    private static int IndexOf(List<(string Topic, int Messages)> counts, string topic)
    {
        for (var i = 0; i < counts.Count; i++)
        {
            if (counts[i].Topic == topic)
            {
                return i;
            }
        }

        counts.Add((topic, 0));
        return counts.Count - 1;
    }
}
