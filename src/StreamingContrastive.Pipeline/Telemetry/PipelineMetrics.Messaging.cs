using System.Diagnostics;
using System.Diagnostics.Metrics;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <content>OpenTelemetry's messaging conventions.</content>
public sealed partial class PipelineMetrics
{
    private readonly Histogram<double> _operationDuration;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _consumed;
    private readonly Histogram<double> _processDuration;

    /// <summary>A chunk was collected from the consumer.</summary>
    internal void Polled(PartitionId partition, string group, int records, TimeSpan duration)
    {
        _operationDuration.Record(duration.TotalSeconds, Operation(SpanCatalog.Poll, partition.Topic, group, errorType: null));
        var tags = Messaging(SpanCatalog.Poll, partition.Topic);
        tags.Add(TagNames.Partition, PartitionText.Of(partition.Partition));
        tags.Add(TagNames.Group, group);
        _consumed.Add(records, tags);
    }

    /// <summary>Messages of one topic were acknowledged, or were part of a list that was not.</summary>
    internal void Sent(string topic, int messages, TimeSpan duration, string? errorType)
    {
        _operationDuration.Record(duration.TotalSeconds, Operation(SpanCatalog.Send, topic, group: null, errorType));
        var tags = Messaging(SpanCatalog.Send, topic);
        AddError(ref tags, errorType);
        _sent.Add(messages, tags);
    }

    /// <summary>The group's advisory commit was answered.</summary>
    internal void Committed(string topic, string group, TimeSpan duration, string? errorType) =>
        _operationDuration.Record(duration.TotalSeconds, Operation(SpanCatalog.Commit, topic, group, errorType));

    /// <summary>A batch went through a step, or was refused.</summary>
    internal void Processed(string topic, string group, TimeSpan duration, string? errorType)
    {
        var tags = Messaging(SpanCatalog.Process, topic);
        tags.Add(TagNames.Group, group);
        AddError(ref tags, errorType);
        _processDuration.Record(duration.TotalSeconds, tags);
    }

    private static TagList Operation(SpanDefinition span, string topic, string? group, string? errorType)
    {
        var tags = Messaging(span, topic);
        tags.Add(TagNames.OperationType, span.OperationType);
        if (group is not null)
        {
            tags.Add(TagNames.Group, group);
        }

        AddError(ref tags, errorType);
        return tags;
    }

    private static TagList Messaging(SpanDefinition span, string topic) => new()
    {
        { TagNames.Operation, span.Operation },
        { TagNames.System, SpanCatalog.MessagingSystem },
        { TagNames.Destination, topic },
    };
}
