using Akka.Actor;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>
/// What outputs and checkpoints go through, in the trainer's thread: emitted -> captured when due -> written by the background
/// writer -> committed -> outbox and announcement published -> acknowledged, which frees the writer for the next rename.
/// </summary>
internal sealed class CheckpointCycle
{
    private readonly TrainerParts _parts;
    private readonly TrainingLoop _loop;
    private readonly CheckpointWriter _writer;
    private readonly TrainerProgress _progress;
    private readonly IActorRef _self;
    private readonly CheckpointCadence _cadence;
    private readonly Publications _publications;

    private CapturedVersion? _captured;
    private long _captureBegan;
    private TimeSpan _copyTime;
    private CheckpointCommitted? _held;

    /// <param name="parts">Delivery mode, publisher, instruments.</param>
    /// <param name="loop">The model and its offsets.</param>
    /// <param name="writer">The background writer.</param>
    /// <param name="progress">Progress to keep.</param>
    /// <param name="self">The trainer: the publisher answers it.</param>
    public CheckpointCycle(TrainerParts parts, TrainingLoop loop, CheckpointWriter writer, TrainerProgress progress, IActorRef self)
    {
        (_parts, _loop, _writer, _progress, _self) = (parts, loop, writer, progress, self);
        _cadence = new CheckpointCadence(parts.Settings.EveryRecords, parts.Settings.Every, parts.Clock);
        _publications = new Publications(parts.Settings.EmbeddingsTopic);
    }

    /// <summary>Whether nothing is being written, waits for the broker, or is not yet durable.</summary>
    public bool IsSettled => _loop.IsSettled && _held is null && IsWriterFree && _publications.UnderWay == 0 && _cadence.Records == 0;

    // The writer is free a moment before the trainer hears of the commit: a run that ended, or took the next one, in that moment would
    // leave the outbox to the next start.
    private bool IsWriterFree => !_writer.IsBusy && _captured is null;

    /// <summary>What the start goes on from: an outbox in doubt is sent again; a fresh start makes version 1.</summary>
    public void Begin()
    {
        _parts.Metrics.EpochBegan(_loop.Ledger.LineageEpoch);
        if (_parts.Loaded is { } start)
        {
            _parts.Metrics.CheckpointDurable(duration: null, SizeOf(start), start.CreatedAt);
            _parts.Metrics.VersionAdopted(_loop.ModelVersion);
        }

        if (_parts.Loaded is not { } loaded)
        {
            // Version 1 is the untrained encoder: a vector that it computes can be computed again like any other.
            Take();
        }
        else if (_parts.InDoubt is { } outbox)
        {
            _parts.Metrics.OutputsMade(outbox.Records.Count); // An earlier start made them; this one sends them again.
            _self.Tell(new CheckpointCommitted(loaded, outbox));
        }
        else
        {
            _parts.Health.Committed(loaded.Name); // The run before may have ended before a measure confirmed it.
        }
    }

    /// <summary>
    /// Takes the outputs of a step, and a checkpoint when one is due. What the step's measures said about older checkpoints is acted on
    /// last, because these outputs may have used up the room.
    /// </summary>
    public void Passed(LoopOutcome outcome)
    {
        _parts.Metrics.OutputsMade(outcome.Outputs.Count);
        var now = _parts.Delivery.Emit(outcome.Outputs);
        if (now.Count > 0)
        {
            _publications.Request(_parts.Publisher, now, checkpoint: null, _self);
        }

        _cadence.Passed(outcome.Passed.Consumed + outcome.Passed.SkippedOffsets);
        TakeIfDue();
        Confirm();
    }

    /// <summary>Takes a checkpoint when one is due and the writer is free; a busy writer is asked again after the next step.</summary>
    public void TakeIfDue()
    {
        if (_cadence.IsDue && IsWriterFree && _loop.IsSettled)
        {
            Take();
        }
    }

    /// <summary>A checkpoint that was asked for was not taken yet.</summary>
    public bool IsDemanded => _cadence.IsDemanded;

    /// <summary>Takes a checkpoint as soon as the writer is free; false where there is nothing that is not durable or on its way there.</summary>
    public bool TryDemand()
    {
        if (_cadence.Records == 0)
        {
            return !IsWriterFree;
        }

        _cadence.Demand();
        TakeIfDue();
        return true;
    }

    /// <summary>Ends the pipeline soon when a newer trainer has begun.</summary>
    public void CheckLineage() => _writer.CheckLineage();

    /// <summary>At the end: a last checkpoint as soon as the writer and the publisher are free.</summary>
    public void TakeLast()
    {
        Release();
        if (_cadence.Records > 0 && IsWriterFree && _publications.UnderWay == 0 && _loop.IsSettled)
        {
            Take();
        }
    }

    /// <summary>A checkpoint is durable: its outbox may appear, its version is announced.</summary>
    public void Committed(CheckpointCommitted committed)
    {
        if (_parts.Delivery.EmbedsWithDurableVersionsOnly && _captured?.Content.ModelVersion == committed.Manifest.ModelVersion)
        {
            _loop.Trainer.FreezePublished(_captured.State); // Steps have gone by since it was copied.
            Adopt(committed.Manifest.ModelVersion);
        }

        if (_captured is null)
        {
            _progress.Durable(committed.Manifest); // That of the run before, whose outbox is sent again.
        }
        else
        {
            var durableAfter = _parts.Clock.GetElapsedTime(_captureBegan);
            _parts.Metrics.CheckpointDurable(durableAfter, SizeOf(committed.Manifest), committed.Manifest.CreatedAt);
            _progress.Durable(committed.Manifest, _copyTime, durableAfter);
        }

        _captured = null;
        _held = committed;
        _parts.Health.Committed(committed.Manifest.Name);
        Confirm();
    }

    /// <summary>The broker has acknowledged the oldest request.</summary>
    public void Published(OutputsPublished published)
    {
        var publication = _publications.Complete(published);
        _parts.Metrics.OutputsPublished(publication.Outputs);
        _progress.Published(publication.Embeddings);
        if (publication.Checkpoint is { } checkpoint)
        {
            _writer.OutboxAcknowledged(checkpoint);
        }
        else
        {
            _parts.Delivery.Acknowledged(publication.Outputs);
        }
    }

    /// <summary>Copies the state and hands it to the writer.</summary>
    private void Take()
    {
        _captureBegan = _parts.Clock.GetTimestamp();
        _captured = _parts.Capture.Take(_loop, _parts.Delivery);
        if (!_writer.TrySubmit(_captured.Content))
        {
            return; // The writer has failed; its completion says why and ends the pipeline.
        }

        if (!_parts.Delivery.EmbedsWithDurableVersionsOnly)
        {
            _loop.Trainer.FreezePublished();
            Adopt(_captured.Content.ModelVersion);
        }

        _cadence.Taken();
        _copyTime = _parts.Clock.GetElapsedTime(_captureBegan);
        _parts.Metrics.StateCopied(_copyTime);
    }

    /// <summary>
    /// Checkpoints that a measure found healthy are marked, and one that was held back is published once no collapse is suspected. It
    /// is held no longer than there is room: the measures that clear the suspicion need steps.
    /// </summary>
    private void Confirm()
    {
        foreach (var name in _parts.Health.TakeConfirmed())
        {
            _writer.MarkHealthy(name);
        }

        if (!_parts.Health.IsSuspect || !_parts.Delivery.HasRoom)
        {
            Release();
        }
    }

    private void Release()
    {
        if (_held is { } committed)
        {
            _held = null;
            _parts.Metrics.OutputsMade(1); // The announcement.
            _publications.Request(_parts.Publisher, [.. committed.Outbox.Records, _loop.Announce(committed.Manifest)], committed.Manifest.Name, _self);
        }
    }

    private void Adopt(ulong version)
    {
        _loop.AdoptVersion((long)version);
        _parts.Metrics.VersionAdopted((long)version);
    }

    private static long SizeOf(CheckpointManifest manifest) => manifest.Files.Sum(file => file.Bytes);
}
