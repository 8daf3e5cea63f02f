using System.ComponentModel.DataAnnotations;
using StreamingContrastive.Contracts;

namespace StreamingContrastive.Pipeline.Configuration;

/// <summary>When outputs appear (design.md section 5).</summary>
public enum DeliveryMode
{
    /// <summary>At once, before the checkpoint: at least once.</summary>
    Immediate,

    /// <summary>After the checkpoint that contains them is durable, with deterministic ids: effectively once.</summary>
    Checkpointed,

    /// <summary>As Checkpointed, but each checkpoint's outputs and its announcement appear in one Kafka transaction: exactly once for read_committed consumers.</summary>
    Transactional,
}

/// <summary>Whether the publisher takes a transactional.id, which keeps a trainer that was thought dead from publishing.</summary>
public enum OutputFence
{
    /// <summary>Where the brokers have transactions; otherwise a warning is logged.</summary>
    Auto,

    /// <summary>Never, for brokers or users without transactions.</summary>
    Never,
}

/// <summary>How an embedding's value is written.</summary>
public enum EmbeddingFormat
{
    /// <summary>topology/contracts/embedding.proto.</summary>
    Protobuf,

    /// <summary>The same fields as JSON; the vector as an array of numbers.</summary>
    Json,

    /// <summary>JSON points for Qdrant's Kafka Connect sink, keyed by point id; metrics and announcements are Json.</summary>
    Qdrant,
}

/// <summary>The wire formats that a choice of <see cref="EmbeddingFormat"/> means.</summary>
public static class EmbeddingFormats
{
    /// <summary>Format of NAME.embeddings.</summary>
    public static WireFormat OfEmbeddings(this EmbeddingFormat format) => format switch
    {
        EmbeddingFormat.Json => WireFormat.Json,
        EmbeddingFormat.Qdrant => WireFormat.Qdrant,
        _ => WireFormat.Protobuf,
    };

    /// <summary>Format of NAME.metrics and NAME.models.</summary>
    public static WireFormat OfDocuments(this EmbeddingFormat format) =>
        format == EmbeddingFormat.Protobuf ? WireFormat.Protobuf : WireFormat.Json;
}

/// <summary>Which vector is published.</summary>
public enum EmbeddingKind
{
    /// <summary>The backbone's pooled features: better for retrieval and probes.</summary>
    Backbone,

    /// <summary>The projection in which the loss is computed.</summary>
    Projection,
}

/// <summary>Outputs: topics are NAME.embeddings, NAME.metrics, NAME.models and NAME.dead-letters.</summary>
public sealed record OutputOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "output";

    /// <summary>Delivery mode. Default Checkpointed.</summary>
    public DeliveryMode Delivery { get; init; } = DeliveryMode.Checkpointed;

    /// <summary>Fencing of the outputs of checkpointed delivery; transactional delivery always fences, immediate delivery cannot. Default Auto.</summary>
    public OutputFence Fence { get; init; } = OutputFence.Auto;

    /// <summary>transactional.id of the publisher, the same at every start and of no other producer. Default NAME.outputs.</summary>
    [StringLength(249, MinimumLength = 1)]
    public string? TransactionalId { get; init; }

    /// <summary>Format of embeddings; metrics and announcements follow it, as JSON where it is Qdrant. Default Protobuf.</summary>
    public EmbeddingFormat Format { get; init; } = EmbeddingFormat.Protobuf;

    /// <summary>Which vector. Default Backbone; both are L2-normalised. Records of several parts always publish Projection: it is the space that their parts share.</summary>
    public EmbeddingKind Embedding { get; init; } = EmbeddingKind.Backbone;

    /// <summary>A metrics record every so many steps. Default 10.</summary>
    [Range(1, 1_000_000)]
    public int MetricsEverySteps { get; init; } = 10;

    /// <summary>The transactional.id that applies: fixed, because the brokers fence by it.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    public string TransactionalIdOf(string pipeline) => TransactionalId ?? $"{pipeline}.outputs";
}
