using System.Collections.Immutable;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>Collects what the trainer knows into one immutable progress after every step.</summary>
internal sealed class TrainerProgress
{
    private readonly ProgressBoard _board;
    private readonly TrainingLoop _loop;
    private readonly TrainerHealth _health;
    private readonly TimeProvider _clock;
    private PipelineProgress _progress;

    public TrainerProgress(TrainerParts parts, TrainingLoop loop)
    {
        (_board, _loop, _health, _clock) = (parts.Progress, loop, parts.Health, parts.Clock);
        _progress = new PipelineProgress { LineageEpoch = loop.Ledger.LineageEpoch };
        if (parts.Loaded is { } loaded)
        {
            Durable(loaded);
        }

        Publish();
    }

    /// <summary>The newest durable checkpoint; null before it.</summary>
    public string? Checkpoint => _progress.Checkpoint;

    /// <summary>Records that wait in the topic; -1 while unknown.</summary>
    public long Lag { get; set; } = -1;

    /// <summary>A step ended.</summary>
    public void Stepped(LoopOutcome outcome, long startedTimestamp) => _progress = _progress with
    {
        FirstStepTimestamp = _progress.FirstStepTimestamp == 0 ? startedTimestamp : _progress.FirstStepTimestamp,
        LastStepTimestamp = _clock.GetTimestamp(),
        TrainedThisRun = _progress.TrainedThisRun + outcome.Passed.Trained,
        Metrics = outcome.Metrics ?? _progress.Metrics,
        Probe = outcome.Probe ?? _progress.Probe,
        Retrieval = outcome.Retrieval ?? _progress.Retrieval,
        Drift = outcome.Drift ?? _progress.Drift,
    };

    /// <summary>Embeddings were acknowledged.</summary>
    public void Published(int embeddings) => _progress = _progress with
    {
        EmbeddingsPublished = _progress.EmbeddingsPublished + embeddings,
        LastPublishedTimestamp = _clock.GetTimestamp(),
    };

    /// <summary>A checkpoint of this run became durable.</summary>
    public void Durable(CheckpointManifest manifest, TimeSpan copyTime, TimeSpan durableAfter)
    {
        Durable(manifest);
        _progress = _progress with
        {
            LastCheckpoint = new(manifest.Name.ToString(), manifest.Step, manifest.ModelVersion, manifest.CreatedAt, manifest.Files.Sum(f => f.Bytes), copyTime, durableAfter),
        };
    }

    /// <summary>A checkpoint became durable.</summary>
    public void Durable(CheckpointManifest manifest) => _progress = _progress with
    {
        Checkpoint = manifest.Name.ToString(),
        DurableOffsets = manifest.OffsetTable().ToImmutableDictionary(),
    };

    /// <summary>Shows the progress to others.</summary>
    public void Publish()
    {
        var counters = _loop.Counters;
        _progress = _progress with
        {
            Step = _loop.Step,
            Trained = counters.Trained,
            DeadLettered = counters.DeadLettered,
            Tombstones = counters.Tombstones,
            ModelVersion = (ulong)_loop.ModelVersion,
            Pending = _loop.PendingRecords,
            IsCollapseSuspected = _health.IsSuspect,
            Lag = Lag,
            Timestamp = _clock.GetTimestamp(),
        };
        _board.Publish(_progress);
    }
}
