using System.Diagnostics;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>One kind of span as data.</summary>
/// <param name="Operation">Name of the operation; the span is called after it and its topic: <c>process records</c>.</param>
/// <param name="OperationType">The convention's kind of operation; empty for one that is ours.</param>
/// <param name="Kind">Kind of the span.</param>
/// <param name="Description">What it covers, its parent and its links.</param>
/// <param name="Tags">Every tag that it may carry.</param>
public sealed record SpanDefinition(string Operation, string OperationType, ActivityKind Kind, string Description, params IReadOnlyList<string> Tags);

/// <summary>Every span of the program.</summary>
public static class SpanCatalog
{
    /// <summary>Value of messaging.system.</summary>
    public const string MessagingSystem = "kafka";

    /// <summary>Most records that one span links to.</summary>
    public const int MaxLinks = 32;

    /// <summary>A chunk from the consumer.</summary>
    public static SpanDefinition Poll { get; } = new(
        "poll", "receive", ActivityKind.Client,
        "Collecting one chunk of at most 64 records. A trace of its own; its context travels with the chunk.",
        TagNames.System, TagNames.Operation, TagNames.OperationType, TagNames.Destination, TagNames.Partition, TagNames.Group, TagNames.BatchCount);

    /// <summary>The views of a chunk.</summary>
    public static SpanDefinition Augment { get; } = new(
        "augment", "", ActivityKind.Internal,
        "Decoding a chunk and making its views. Child of poll; links to at most 32 of its records.",
        TagNames.System, TagNames.Operation, TagNames.Destination, TagNames.Partition, TagNames.Group, TagNames.BatchCount);

    /// <summary>A step.</summary>
    public static SpanDefinition Process { get; } = new(
        "process", "process", ActivityKind.Consumer,
        "Of a batch: one optimizer step, embeddings included; a trace of its own, with links to at most 32 of its records. Of a record whose producer sent a trace: from its poll until its embedding is made; child of the producer's span, with a link to the batch's. Its context goes into the embedding's header.",
        TagNames.System, TagNames.Operation, TagNames.OperationType, TagNames.Destination, TagNames.Partition, TagNames.Offset, TagNames.Group, TagNames.BatchCount, TagNames.Step, TagNames.ErrorType);

    /// <summary>Outputs of one topic.</summary>
    public static SpanDefinition Send { get; } = new(
        "send", "send", ActivityKind.Client,
        "Messages of one topic, from being handed to the producer until the broker has acknowledged the list that they belong to. Links to at most 32 of the records whose context they carry.",
        TagNames.System, TagNames.Operation, TagNames.OperationType, TagNames.Destination, TagNames.BatchCount, TagNames.ErrorType);

    /// <summary>The group's advisory commit.</summary>
    public static SpanDefinition Commit { get; } = new(
        "commit", "settle", ActivityKind.Client,
        "The trainer's offsets of a durable checkpoint, from being stored for the group until the broker has answered.",
        TagNames.System, TagNames.Operation, TagNames.OperationType, TagNames.Destination, TagNames.Group, TagNames.ErrorType);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SpanDefinition> All { get; } = [Poll, Augment, Process, Send, Commit];
}
