using Akka.Actor;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>Plain values of a trainer.</summary>
/// <param name="WindowRecords">Credit window: records that all ingests together may have under way to the trainer.</param>
/// <param name="EveryRecords">Most records between checkpoints.</param>
/// <param name="Every">Longest time between checkpoints.</param>
/// <param name="StopAfterRecords">Consumed records of the lineage at which a bounded run ends; null for a stream without end.</param>
/// <param name="EmbeddingsTopic">Topic whose messages count as embeddings.</param>
internal sealed record TrainerSettings(int WindowRecords, int EveryRecords, TimeSpan Every, long? StopAfterRecords, string EmbeddingsTopic)
{
    /// <summary>Fingerprint of the pipeline that ingests must have; empty in one process.</summary>
    public string Configuration { get; init; } = "";

    /// <summary>The node that it is on; empty in one process.</summary>
    public string Node { get; init; } = "";
}

/// <summary>What a trainer is made of; factories run on its own thread.</summary>
internal sealed record TrainerParts
{
    /// <summary>Plain values.</summary>
    public required TrainerSettings Settings { get; init; }

    /// <summary>Loads the model; seconds, on the trainer's thread.</summary>
    public required Func<TrainingLoop> OpenLoop { get; init; }

    /// <summary>Starts the background writer; commits are reported through the given callback, on any thread.</summary>
    public required Func<Action<CheckpointCommitted>, CheckpointWriter> OpenWriter { get; init; }

    /// <summary>Describes a checkpoint of the loop's present state.</summary>
    public required CheckpointCapture Capture { get; init; }

    /// <summary>The delivery mode.</summary>
    public required IOutputDelivery Delivery { get; init; }

    /// <summary>Which checkpoints a guard may go back to.</summary>
    public required TrainerHealth Health { get; init; }

    /// <summary>Writes the dead letters of batches; done when they are acknowledged.</summary>
    public required Func<IReadOnlyList<RefusedBatch>, Task> SendLetters { get; init; }

    /// <summary>A guard wants an older checkpoint back: ends the run through the one recovery path.</summary>
    public required Action<GuardTrip> Trip { get; init; }

    /// <summary>The publisher.</summary>
    public required IActorRef Publisher { get; init; }

    /// <summary>The checkpoint that this start goes on from; null at a fresh start.</summary>
    public required CheckpointManifest? Loaded { get; init; }

    /// <summary>Its outbox, where it is not known to be published; it is sent again.</summary>
    public required Outbox? InDoubt { get; init; }

    /// <summary>Where a partition that no checkpoint knows begins.</summary>
    public required Func<PartitionId, Task<long>> ResolveStart { get; init; }

    /// <summary>Records that wait in the topic, given the trainer's offsets and what ingests of other nodes say of their partitions.</summary>
    public required Func<IReadOnlyDictionary<PartitionId, long>, IReadOnlyList<PartitionPosition>, long> Lag { get; init; }

    /// <summary>Progress for others to look at.</summary>
    public required ProgressBoard Progress { get; init; }

    /// <summary>Instruments.</summary>
    public required PipelineMetrics Metrics { get; init; }

    /// <summary>Clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Ends the pipeline with a reason.</summary>
    public required Action<Exception> Fail { get; init; }

    /// <summary>The model is loaded: ingests are answered from here on. Null where nobody wants to know.</summary>
    public Action? Restored { get; init; }

    /// <summary>A bounded run has reached its end, durable and published; or the trainer was drained.</summary>
    public required Action Finished { get; init; }
}
