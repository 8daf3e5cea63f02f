using System.Collections.Immutable;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>Accuracy on the held-out probe at one step.</summary>
/// <param name="Step">Optimizer step.</param>
/// <param name="Knn20">kNN accuracy, k = 20, T = 0.07.</param>
/// <param name="Knn200">kNN accuracy, k = 200, T = 0.1.</param>
/// <param name="RankMe">RankMe of the probe's features (uncentred).</param>
public sealed record ProbeResult(long Step, double Knn20, double Knn200, double RankMe);

/// <summary>How well the parts of held-out records find each other at one step.</summary>
/// <param name="Step">Optimizer step.</param>
/// <param name="Recalls">One a direction.</param>
public sealed record RetrievalResult(long Step, IReadOnlyList<PartRecall> Recalls);

/// <summary>How often one part finds its record's other part among those of all held-out records.</summary>
/// <param name="From">The part that asks.</param>
/// <param name="To">The part that is looked for.</param>
/// <param name="Records">Records that have both.</param>
/// <param name="R1">Share of them found at the first place.</param>
/// <param name="R5">Among the first five.</param>
/// <param name="R10">Among the first ten.</param>
public sealed record PartRecall(string From, string To, int Records, double R1, double R5, double R10);

/// <summary>How far the stream and the encoder have moved (learning.md G1, G4).</summary>
/// <param name="Step">Optimizer step.</param>
/// <param name="Data">Unbiased squared MMD between the first records since the start and the newest, both embedded by the encoder of this step.</param>
/// <param name="DataPValue">Permutation p-value of it.</param>
/// <param name="Model">1 - mean cosine between the features of the same records now and at the evaluation before; null at the first.</param>
public sealed record DriftResult(long Step, double Data, double DataPValue, double? Model);

/// <summary>A checkpoint that became durable in this run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Step">Optimizer steps.</param>
/// <param name="ModelVersion">Version of the encoder in it.</param>
/// <param name="At">When it was written.</param>
/// <param name="Bytes">Its files together.</param>
/// <param name="CopyTime">For how long the trainer stood still to copy its state.</param>
/// <param name="DurableAfter">From the copy to the rename that makes it count.</param>
public sealed record CheckpointSeen(string Name, long Step, ulong ModelVersion, DateTimeOffset At, long Bytes, TimeSpan CopyTime, TimeSpan DurableAfter);

/// <summary>A consistent picture of a running pipeline: one immutable value, replaced by the trainer after every step.</summary>
public sealed record PipelineProgress
{
    /// <summary>The trainer's epoch.</summary>
    public long LineageEpoch { get; init; }

    /// <summary>Optimizer steps in the surviving lineage.</summary>
    public long Step { get; init; }

    /// <summary>Records passed by the watermark: trained + dead-lettered + tombstones.</summary>
    public long Consumed => Trained + DeadLettered + Tombstones;

    /// <summary>Records trained on.</summary>
    public long Trained { get; init; }

    /// <summary>Records in the dead-letter topic.</summary>
    public long DeadLettered { get; init; }

    /// <summary>Tombstones.</summary>
    public long Tombstones { get; init; }

    /// <summary>Embeddings acknowledged by the broker since this start.</summary>
    public long EmbeddingsPublished { get; init; }

    /// <summary>Model version that embeds now.</summary>
    public ulong ModelVersion { get; init; }

    /// <summary>Name of the newest durable checkpoint.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Offsets of the newest durable checkpoint: nothing below them is ever read again.</summary>
    public ImmutableDictionary<PartitionId, long> DurableOffsets { get; init; } = ImmutableDictionary<PartitionId, long>.Empty;

    /// <summary>Records that wait in the topic, by the trainer's offsets; -1 while unknown.</summary>
    public long Lag { get; init; } = -1;

    /// <summary>Records admitted and not yet trained.</summary>
    public int Pending { get; init; }

    /// <summary>Signs of a collapse show: outputs that can still wait, wait.</summary>
    public bool IsCollapseSuspected { get; init; }

    /// <summary>The newest checkpoint of this run; null before it.</summary>
    public CheckpointSeen? LastCheckpoint { get; init; }

    /// <summary>Metrics of the last measured step.</summary>
    public Learning.Training.StepMetrics? Metrics { get; init; }

    /// <summary>Last evaluation on the held-out probe.</summary>
    public ProbeResult? Probe { get; init; }

    /// <summary>Last retrieval between the parts of held-out records; null for records of one part.</summary>
    public RetrievalResult? Retrieval { get; init; }

    /// <summary>Last look at drift.</summary>
    public DriftResult? Drift { get; init; }

    /// <summary>When the first step since this start began, in timestamp ticks of the pipeline's TimeProvider; 0 before it.</summary>
    public long FirstStepTimestamp { get; init; }

    /// <summary>When the last step ended; 0 before it.</summary>
    public long LastStepTimestamp { get; init; }

    /// <summary>When the broker last acknowledged outputs; 0 before it.</summary>
    public long LastPublishedTimestamp { get; init; }

    /// <summary>When this was written: the trainer's thread says so twice a second as long as it lives. 0 before it runs.</summary>
    public long Timestamp { get; init; }

    /// <summary>Records trained since this start.</summary>
    public long TrainedThisRun { get; init; }
}
