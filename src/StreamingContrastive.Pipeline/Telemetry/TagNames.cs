namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>Names of tags, of metrics and of spans. Those of <c>messaging.*</c> and <c>error.type</c> are OpenTelemetry's semantic conventions.</summary>
public static class TagNames
{
    /// <summary>Always <c>kafka</c>.</summary>
    public const string System = "messaging.system";

    /// <summary>poll, process, send or commit.</summary>
    public const string Operation = "messaging.operation.name";

    /// <summary>The convention's kind of that operation: receive, process, send or settle.</summary>
    public const string OperationType = "messaging.operation.type";

    /// <summary>Topic.</summary>
    public const string Destination = "messaging.destination.name";

    /// <summary>Partition, decimal.</summary>
    public const string Partition = "messaging.destination.partition.id";

    /// <summary>Consumer group.</summary>
    public const string Group = "messaging.consumer.group.name";

    /// <summary>Records of a batch; spans only.</summary>
    public const string BatchCount = "messaging.batch.message_count";

    /// <summary>Offset of a record in its partition; spans only.</summary>
    public const string Offset = "messaging.kafka.offset";

    /// <summary>Short, stable name of what went wrong; absent where nothing did.</summary>
    public const string ErrorType = "error.type";

    /// <summary>Stage of the pipeline (<see cref="PipelineStage"/>), or the stage that refused a record.</summary>
    public const string Stage = "contrastive.stage";

    /// <summary>Which statistic of a quantity: mean, p50, p95, sum, kish; of something learned what it is held against: observed or chance, estimator or cosine.</summary>
    public const string Statistic = "contrastive.statistic";

    /// <summary>Neighbours that vote, or places that count.</summary>
    public const string Neighbours = "contrastive.k";

    /// <summary>Part of a record that asks.</summary>
    public const string From = "contrastive.retrieval.from";

    /// <summary>Part of a record that is looked for.</summary>
    public const string To = "contrastive.retrieval.to";

    /// <summary>Which guard: collapse or non_finite.</summary>
    public const string Guard = "contrastive.guard";

    /// <summary>assigned, revoked or lost.</summary>
    public const string Change = "contrastive.change";

    /// <summary>The pipeline's name.</summary>
    public const string Pipeline = "contrastive.pipeline";

    /// <summary>Part of a whole: used or total; of records, the name of a part (input:parts).</summary>
    public const string Part = "contrastive.part";

    /// <summary>Optimizer steps done; spans only.</summary>
    public const string Step = "contrastive.step";
}
