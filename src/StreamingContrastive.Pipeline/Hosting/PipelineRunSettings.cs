using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>What a run takes beside the pipeline file.</summary>
public sealed record PipelineRunSettings
{
    /// <summary>Consumed records of the lineage (not of this run) at which it ends; default none: a stream has no end.</summary>
    public long? StopAfterRecords { get; init; }

    /// <summary>The effective configuration as JSON, secrets removed; stored in every checkpoint.</summary>
    public required ReadOnlyMemory<byte> EffectiveConfiguration { get; init; }

    /// <summary>Lets the start go back behind a checkpoint that was announced. Default false.</summary>
    public bool AcceptRollback { get; init; }

    /// <summary>Re-warms the trainer from its first step on (training:rewarmSteps, rewarmRateFactor): after the stream has changed. Default false.</summary>
    public bool Rewarm { get; init; }

    /// <summary>Replaces the broker's cluster id in checkpoints: an embedded broker has a new one at every start.</summary>
    public string? ClusterId { get; init; }

    /// <summary>File to which every range that was passed is appended, with its epoch and step; default none.</summary>
    public string? AuditFile { get; init; }

    /// <summary>
    /// Points that are embedded again by new model versions for <see cref="ProgressBoard.Sample"/>, one for each part of a record; fewer where
    /// their rows would take more than 32 MiB. Default 0: none, at no cost.
    /// </summary>
    public int SampleRecords { get; init; }

    /// <summary>The disk of the checkpoints; tests put a slow or full one in.</summary>
    internal ICheckpointFiles CheckpointFiles { get; init; } = new PhysicalCheckpointFiles();

    /// <summary>What stands between the ingest of a cluster's node and the trainer; tests put a lossy road in. Null for nothing.</summary>
    internal Func<Akka.Actor.ActorSystem, Akka.Actor.IActorRef, Akka.Actor.IActorRef>? Road { get; init; }

    /// <summary>Where the run's progress is shown; default one of its own.</summary>
    public ProgressBoard Progress { get; init; } = new();

    /// <summary>Password of the node's certificate file, from the environment; a password file comes first. Default none.</summary>
    public string? CertificatePassword { get; init; }

    /// <summary>Where the run says what may be asked of it; default one of its own.</summary>
    public OperationsBoard Operations { get; init; } = new();

    /// <summary>For tests of the wiring only: lets transactional delivery run on the embedded broker, which isolates nothing. Default false.</summary>
    internal bool AllowEmbeddedTransactions { get; init; }

    /// <summary>
    /// The process's instruments, not disposed by the run: a run that a guard ends and the one that goes on count in the same. Default:
    /// the run's own.
    /// </summary>
    public PipelineMetrics? Metrics { get; init; }

    /// <summary>Logging.</summary>
    public required ILoggerFactory Logging { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
