namespace StreamingContrastive.Contracts;

/// <summary>
/// Names of the Kafka headers that this project reads and writes. Outputs follow the CloudEvents Kafka protocol binding in
/// binary mode: attributes are <c>ce_</c> headers with UTF-8 text, the data content type is <c>content-type</c>.
/// Renaming one is a breaking change.
/// </summary>
public static class HeaderNames
{
    /// <summary>CloudEvents version, always 1.0.</summary>
    public const string SpecVersion = "ce_specversion";

    /// <summary>Id of the event: repeats of one message carry the same (<see cref="EmbeddingIds"/>).</summary>
    public const string Id = "ce_id";

    /// <summary>URI reference of the pipeline (<see cref="CloudEventSources"/>).</summary>
    public const string Source = "ce_source";

    /// <summary>Kind of the event (<see cref="EventTypes"/>).</summary>
    public const string Type = "ce_type";

    /// <summary>RFC 3339 time: a record's event time, a measurement's time; absent when unknown.</summary>
    public const string Time = "ce_time";

    /// <summary>Media type of the value (<see cref="MediaTypes"/>).</summary>
    public const string ContentType = "content-type";

    /// <summary>Extension: model version that computed the vector, decimal.</summary>
    public const string ModelVersion = "ce_modelversion";

    /// <summary>Extension: embedding space.</summary>
    public const string SpaceId = "ce_spaceid";

    /// <summary>Extension: lineage epoch, decimal.</summary>
    public const string LineageEpoch = "ce_lineageepoch";

    /// <summary>Extension: optimizer steps done, decimal.</summary>
    public const string Step = "ce_step";

    /// <summary>Extension, where records have several parts: name of the part that the message is of.</summary>
    public const string Part = "ce_part";

    /// <summary>Extension, on tombstones: topic of the input's tombstone.</summary>
    public const string SourceTopic = "ce_sourcetopic";

    /// <summary>Extension, on tombstones: partition of the input's tombstone, decimal.</summary>
    public const string SourcePartition = "ce_sourcepartition";

    /// <summary>Extension, on tombstones: offset of the input's tombstone, decimal.</summary>
    public const string SourceOffset = "ce_sourceoffset";

    /// <summary>Where a message's key is made for its reader (<see cref="WireFormat.Qdrant"/>): the record's own key, its bytes as they are.</summary>
    public const string RecordKey = "record-key";

    /// <summary>W3C trace context. On an input: the producer's; on its embedding: the same trace, continued.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>W3C trace state beside <see cref="TraceParent"/>, passed through.</summary>
    public const string TraceState = "tracestate";

    /// <summary>Input: class as a decimal number; the pipeline file may name another header.</summary>
    public const string Label = "label";

    /// <summary>
    /// Input: key of the record whose hard negative this record is; may repeat. Each is a hard negative of the other: it counts among
    /// what this record refers to (input:references), behind what its value names.
    /// </summary>
    public const string HardNegativeOf = "hard-negative-of";

    /// <summary>Dead letter: deterministic id, one per input position.</summary>
    public const string DeadLetterId = "dead-letter-id";

    /// <summary>Dead letter: topic of the record.</summary>
    public const string DeadLetterTopic = "dead-letter-topic";

    /// <summary>Dead letter: partition of the record, decimal.</summary>
    public const string DeadLetterPartition = "dead-letter-partition";

    /// <summary>Dead letter: offset of the record, decimal.</summary>
    public const string DeadLetterOffset = "dead-letter-offset";

    /// <summary>Dead letter: stage that refused the record.</summary>
    public const string DeadLetterStage = "dead-letter-stage";

    /// <summary>Dead letter: short, stable name of the reason.</summary>
    public const string DeadLetterErrorType = "dead-letter-error-type";

    /// <summary>Dead letter: one sentence for a person.</summary>
    public const string DeadLetterMessage = "dead-letter-message";

    /// <summary>Dead letter: the record's own timestamp in milliseconds since 1970, or -1, decimal.</summary>
    public const string DeadLetterTimestamp = "dead-letter-timestamp";

    /// <summary>
    /// Dead letter, only where the whole record is larger than a message may be: what was left out of it (value, headers, key), as a
    /// comma-separated list. The record itself still stands at its position in the input.
    /// </summary>
    public const string DeadLetterLeftOut = "dead-letter-left-out";

    /// <summary>Dead letter, beside <see cref="DeadLetterLeftOut"/>: length of the record's value in bytes, decimal.</summary>
    public const string DeadLetterValueBytes = "dead-letter-value-bytes";

    /// <summary>Beginning of the names of all headers of a dead letter.</summary>
    public const string DeadLetterPrefix = "dead-letter-";

    /// <summary>On a record that was sent again from a dead letter: how often that happened, decimal.</summary>
    public const string ReplayCount = "replay-count";

    /// <summary>On a record that was sent again: id of the dead letter (<see cref="DeadLetterId"/>).</summary>
    public const string ReplayOf = "replay-of";
}
