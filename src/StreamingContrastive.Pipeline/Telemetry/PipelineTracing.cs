using System.Diagnostics;
using System.Globalization;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>
/// Owns every span (<see cref="SpanCatalog"/>). A span is made when its work is done, with the time at which it began: nothing is
/// left open across threads and messages, and Activity.Current is never relied upon. Nothing is made where nobody listens.
/// </summary>
/// <param name="group">Consumer group.</param>
public sealed class PipelineTracing(string group)
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "StreamingContrastive";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody listens.</summary>
    internal static bool IsOn => Source.HasListeners();

    /// <summary>A chunk was collected.</summary>
    internal ActivityContext Polled(PartitionId partition, int records, SpanTime time)
    {
        if (!IsOn)
        {
            return default;
        }

        var span = Begin(SpanCatalog.Poll, partition.Topic, time, default, null);
        return Complete(Batch(Partition(Group(span), partition), records), time, errorType: null);
    }

    /// <summary>The views of a chunk were made.</summary>
    internal void Augmented(PairChunk chunk, SpanTime time)
    {
        if (IsOn)
        {
            var span = Begin(SpanCatalog.Augment, chunk.Partition.Topic, time, chunk.Trace.Context, LinksTo(chunk.Pairs));
            Complete(Batch(Partition(Group(span), chunk.Partition), chunk.RecordCount), time, errorType: null);
        }
    }

    /// <summary>
    /// A step was made, or refused. Each record that came with a trace gets a span in that trace, and carries its context from here on:
    /// what is written of the record afterwards continues it.
    /// </summary>
    internal void Processed(BatchPositions batch, long step, SpanTime time, string? errorType)
    {
        if (!IsOn || batch.Count == 0)
        {
            return;
        }

        var span = Begin(SpanCatalog.Process, batch.PartitionOf(0).Topic, time, default, LinksTo(batch.Rows));
        Batch(Group(span), batch.Count)?.SetTag(TagNames.Step, step);
        var context = Complete(span, time, errorType);
        if (errorType is null)
        {
            for (var row = 0; row < batch.Count; row++)
            {
                if (batch.Rows[row].Trace.IsPresent)
                {
                    batch.Retrace(row, RecordProcessed(batch, row, context, time));
                }
            }
        }
    }

    /// <summary>Messages of one topic were acknowledged, or were part of a list that was not.</summary>
    internal static void Sent(IReadOnlyList<OutputRecord> records, string topic, int messages, SpanTime time, string? errorType)
    {
        if (IsOn)
        {
            var span = Begin(SpanCatalog.Send, topic, time, default, LinksTo(records, topic));
            Complete(Batch(span, messages), time, errorType);
        }
    }

    /// <summary>The group's commit was answered.</summary>
    internal void Committed(string topic, SpanTime time, string? errorType)
    {
        if (IsOn)
        {
            var span = Begin(SpanCatalog.Commit, topic, time, default, null);
            Complete(Group(span), time, errorType);
        }
    }

    private RecordTrace RecordProcessed(BatchPositions batch, int row, ActivityContext step, SpanTime time)
    {
        var (meta, partition) = (batch.Rows[row], batch.PartitionOf(row));
        var received = meta.Trace.ReceivedAt == default ? time.Began : meta.Trace.ReceivedAt;
        var span = Begin(SpanCatalog.Process, partition.Topic, time with { Began = received }, meta.Trace.Context, step == default ? null : [new ActivityLink(step)]);
        Partition(Group(span), partition)?.SetTag(TagNames.Offset, meta.Offset);
        Complete(span, time, errorType: null);
        return span is null ? meta.Trace : meta.Trace with { TraceParent = span.Id, TraceState = span.TraceStateString };
    }

    // A root must not become the child of whatever the caller's thread happens to be in.
    private static Activity? Begin(SpanDefinition of, string topic, SpanTime time, ActivityContext parent, List<ActivityLink>? links)
    {
        var ambient = Activity.Current;
        Activity.Current = null;
        var span = Source.StartActivity(of.Kind, parent, null, links, time.Began, $"{of.Operation} {topic}");
        Activity.Current = ambient;
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag(TagNames.System, SpanCatalog.MessagingSystem).SetTag(TagNames.Operation, of.Operation).SetTag(TagNames.Destination, topic);
            if (of.OperationType.Length > 0)
            {
                span.SetTag(TagNames.OperationType, of.OperationType);
            }
        }

        return span;
    }

    private static ActivityContext Complete(Activity? span, SpanTime time, string? errorType)
    {
        if (span is null)
        {
            return default;
        }

        if (errorType is not null)
        {
            span.SetTag(TagNames.ErrorType, errorType).SetStatus(ActivityStatusCode.Error);
        }

        var ambient = Activity.Current;
        span.SetEndTime(time.Ended.UtcDateTime);
        span.Stop();
        Activity.Current = ambient;
        return span.Context;
    }

    private Activity? Group(Activity? span) => span?.SetTag(TagNames.Group, group);

    private static Activity? Batch(Activity? span, int records) => span?.SetTag(TagNames.BatchCount, records);

    private static Activity? Partition(Activity? span, PartitionId partition) =>
        span?.SetTag(TagNames.Partition, partition.Partition.ToString(CultureInfo.InvariantCulture));

    private static List<ActivityLink>? LinksTo(IReadOnlyList<PairMeta> pairs)
    {
        List<ActivityLink>? links = null;
        for (var i = 0; i < pairs.Count && !IsFull(links); i++)
        {
            Add(ref links, pairs[i].Trace);
        }

        return links;
    }

    private static List<ActivityLink>? LinksTo(ReadOnlySpan<PairMeta> rows)
    {
        List<ActivityLink>? links = null;
        for (var i = 0; i < rows.Length && !IsFull(links); i++)
        {
            Add(ref links, rows[i].Trace);
        }

        return links;
    }

    private static List<ActivityLink>? LinksTo(IReadOnlyList<OutputRecord> records, string topic)
    {
        List<ActivityLink>? links = null;
        for (var i = 0; i < records.Count && !IsFull(links); i++)
        {
            if (records[i].Topic == topic && records[i].Headers.FindLast(HeaderNames.TraceParent)?.Value is { } parent)
            {
                Add(ref links, RecordTrace.Parse(parent, records[i].Headers.FindLast(HeaderNames.TraceState)?.Value, default));
            }
        }

        return links;
    }

    private static bool IsFull(List<ActivityLink>? links) => links?.Count == SpanCatalog.MaxLinks;

    private static void Add(ref List<ActivityLink>? links, in RecordTrace trace)
    {
        if (trace.IsPresent)
        {
            (links ??= new List<ActivityLink>(SpanCatalog.MaxLinks)).Add(new ActivityLink(trace.Context));
        }
    }
}

/// <summary>When the work of a span began and ended.</summary>
/// <param name="Began">Begin, UTC.</param>
/// <param name="Ended">End, UTC.</param>
internal readonly record struct SpanTime(DateTimeOffset Began, DateTimeOffset Ended)
{
    /// <summary>Work that took so long and ends now.</summary>
    public static SpanTime EndingNow(TimeProvider clock, TimeSpan duration)
    {
        var now = clock.GetUtcNow();
        return new SpanTime(now - duration, now);
    }
}
