using StreamingContrastive.Contracts;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Monitoring;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>What one call moved: messages to publish, records that the watermarks passed, measurements.</summary>
/// <param name="Outputs">Messages.</param>
/// <param name="Passed">Records that the watermarks passed.</param>
/// <param name="Metrics">Measures of the step, when they were due.</param>
/// <param name="Probe">Evaluation on the probe, when it was due.</param>
internal sealed record LoopOutcome(IReadOnlyList<OutputRecord> Outputs, DeliveryCounters Passed, StepMetrics? Metrics, ProbeResult? Probe)
{
    /// <summary>The batch was set aside: its step did not happen.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Look at drift, when it was due.</summary>
    public DriftResult? Drift { get; init; }

    /// <summary>Retrieval between parts, when it was due.</summary>
    public RetrievalResult? Retrieval { get; init; }
}

/// <summary>
/// The trainer without its actor: ledger, assembler, model and output encoder move together here, one call at a time.
/// Synchronous and single-threaded; knows no Kafka, no clock but for the time stamped on metrics, and no checkpoint files.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly ContrastiveTrainer _trainer;
    private readonly OffsetLedger _ledger;
    private readonly BatchAssembler _assembler;
    private readonly OutputEncoder _outputs;
    private readonly ProbeMonitor? _probe;
    private readonly TrainingLoopSettings _settings;
    private readonly AuditLog? _audit;
    private readonly DriftMonitor? _drift;
    private readonly PipelineTelemetry? _telemetry;
    private readonly TrainingBatch _batch;
    private readonly BatchQuarantine _quarantine;
    private BatchPositions _positions;
    private LoopOutcome? _behindLetters;

    public TrainingLoop(
        ContrastiveTrainer trainer, OffsetLedger ledger, OutputEncoder outputs, ProbeMonitor? probe, TrainingLoopSettings settings,
        AuditLog? audit = null, DriftMonitor? drift = null, PipelineTelemetry? telemetry = null)
    {
        (_trainer, _ledger, _outputs, _probe, _settings) = (trainer, ledger, outputs, probe, settings);
        (_audit, _drift, _telemetry) = (audit, drift, telemetry);
        _assembler = new BatchAssembler(settings.BatchSize, settings.RowBytes);
        _batch = new TrainingBatch(settings.BatchSize, settings.RowBytes);
        _positions = new BatchPositions(settings.BatchSize);
        _quarantine = new BatchQuarantine(settings.NonFiniteInARow, settings.Retried);
        (Counters, ModelVersion) = (settings.Counters, settings.ModelVersion);
    }

    /// <summary>What the watermarks have passed in the surviving lineage.</summary>
    public DeliveryCounters Counters { get; private set; }

    /// <summary>The frozen version that embeds now.</summary>
    public long ModelVersion { get; private set; }

    /// <summary>Completed optimizer steps.</summary>
    public long Step => _trainer.CompletedSteps;

    /// <summary>Records admitted and not passed.</summary>
    public int PendingRecords => _assembler.PendingRecords + _quarantine.Records;

    /// <summary>Records in chunks that wait for a batch: what credits are granted by. A refused batch has left its buffers.</summary>
    public int WaitingRecords => _assembler.PendingRecords;

    /// <summary>Batches whose step did not happen.</summary>
    public BatchQuarantine Quarantine => _quarantine;

    /// <summary>
    /// Whether weights and watermarks belong together. Not while a batch is trained whose predecessors' letters are under way: a
    /// checkpoint would hold its step and not its offsets.
    /// </summary>
    public bool IsSettled => _behindLetters is null;

    /// <summary>Whether a whole batch waits.</summary>
    public bool HasBatch => _assembler.PendingPairs >= _settings.BatchSize;

    /// <summary>The ledger: rewinds, registrations, tables.</summary>
    public OffsetLedger Ledger => _ledger;

    /// <summary>The model, for checkpoints.</summary>
    public ContrastiveTrainer Trainer => _trainer;

    /// <summary>Judges a chunk and admits it; a chunk that is not admitted is dropped here, its buffers returned.</summary>
    public OfferVerdict Offer(PairChunk chunk)
    {
        var verdict = _ledger.Offer(chunk);
        if (verdict is OfferVerdict.Accepted)
        {
            _assembler.Accept(chunk);
            TellPending();
        }
        else
        {
            chunk.ReturnBuffers();
        }

        return verdict;
    }

    /// <summary>Judges a gap that the policy allows, as a chunk of that range is judged, and lets it pass.</summary>
    public OfferVerdict OfferGap(in ChunkHeader gap)
    {
        var verdict = _ledger.OfferGap(gap);
        if (verdict is OfferVerdict.Accepted)
        {
            _assembler.AcceptGap(gap.Partition, gap.From, gap.To);
        }

        return verdict;
    }

    /// <summary>One step on the next B pairs; null while there are fewer.</summary>
    public LoopOutcome? TryStep() => MayGoOn && _assembler.TryTake(_batch, _positions) ? Train() : null;

    /// <summary>At the end of a bounded run: one step on what is left; null when nothing is.</summary>
    public LoopOutcome? TryStepRemainder() => MayGoOn && _assembler.TakeRemainder(_batch, _positions) ? Train() : null;

    /// <summary>Passes tombstones, dead letters and gaps that no pair precedes; null when nothing moved.</summary>
    public LoopOutcome? TryPassEmpty()
    {
        if (!_quarantine.IsEmpty)
        {
            // A watermark must not cross a refused batch. What waits behind one holds credits: too much of it, and no batch would come.
            if (_assembler.PendingRecords - _assembler.PendingPairs > _settings.MostRecordsBehindRefused)
            {
                _quarantine.Condemn();
            }

            return null;
        }

        if (!_assembler.TryPassEmpty(_positions))
        {
            return null;
        }

        var outputs = new List<OutputRecord>(_positions.Tombstones.Count);
        _outputs.Batch(_positions, [], _trainer.EmbeddingDimension, Stamp, outputs);
        return Complete(new(outputs, _positions.Counts, null, null));
    }

    /// <summary>
    /// The condemned batches are acknowledged in the dead-letter topic: their watermarks move, and then that of the step that was
    /// made after them.
    /// </summary>
    public IReadOnlyList<LoopOutcome> LettersAcknowledged()
    {
        var outcomes = new List<LoopOutcome>(_quarantine.Condemned.Count + 1);
        foreach (var batch in _quarantine.Condemned)
        {
            var outputs = new List<OutputRecord>(batch.Positions.Tombstones.Count);
            _outputs.Tombstones(batch.Positions, Stamp, outputs);
            _ledger.MarkTrained(batch.Positions);
            _audit?.Refused(_ledger.LineageEpoch, Step, batch.Positions);
            var counts = batch.Positions.Counts;
            outcomes.Add(Count(new(outputs, counts with { Trained = 0, DeadLettered = counts.DeadLettered + counts.Trained }, null, null)));
        }

        _quarantine.Clear();
        if (_behindLetters is { } behind)
        {
            _behindLetters = null;
            outcomes.Add(Complete(behind));
        }

        return outcomes;
    }

    /// <summary>Drops what no step has taken, and refused batches that nothing is known of; it will all be read again.</summary>
    public void Discard()
    {
        _assembler.Discard();
        if (_quarantine.Condemned.Count == 0)
        {
            _quarantine.Clear();
        }

        TellPending();
    }

    /// <summary>The message that makes a durable checkpoint's version known.</summary>
    public OutputRecord Announce(CheckpointManifest manifest) => _outputs.Announcement(manifest, _trainer.EmbeddingDimension);

    /// <summary>The state was copied for a checkpoint of this version.</summary>
    public void Captured(ulong version) => _audit?.Captured(_ledger.LineageEpoch, Step, version);

    /// <summary>From here on this version embeds.</summary>
    public void AdoptVersion(long version) => ModelVersion = version;

    /// <inheritdoc />
    public void Dispose()
    {
        _assembler.Discard();
        _trainer.Dispose();
        _audit?.Dispose();
    }

    private OutputStamp Stamp => new(_ledger.LineageEpoch, _trainer.CompletedSteps, ModelVersion);

    private bool MayGoOn => _quarantine.Condemned.Count == 0 && !_quarantine.IsRestoreDue;

    private LoopOutcome Train()
    {
        var measure = (_trainer.CompletedSteps + 1) % _settings.MetricsEverySteps == 0;
        var began = _telemetry?.Now() ?? 0;
        var step = _trainer.Step(_batch, measure);
        // Before the outputs are written: they carry on the traces of their records.
        _telemetry?.Processed(_positions, step.Step, began, step.IsApplied ? null : "non_finite");
        if (step.Refusal is { } refusal)
        {
            _quarantine.Add(new RefusedBatch(_positions, refusal));
            _positions = new BatchPositions(_settings.BatchSize);
            return new LoopOutcome([], default, null, null) { IsRefused = true };
        }

        _probe?.Observe(_batch);
        _drift?.Observe(_batch);
        var outputs = new List<OutputRecord>(step.Count + _positions.Tombstones.Count + 1);
        var vectors = PartVectors.Of(step, _settings.Layout);
        _telemetry?.Metrics.PartsMissing(vectors);
        _outputs.Batch(_positions, vectors, _trainer.EmbeddingDimension, Stamp, outputs);
        var (probe, drift, retrieval) = Evaluate(step.Step);
        ShowSample();
        var outcome = new LoopOutcome(outputs, _positions.Counts, step.Metrics, probe) { Drift = drift, Retrieval = retrieval };
        _quarantine.StepApplied();
        if (_quarantine.IsEmpty)
        {
            return Complete(outcome);
        }

        _behindLetters = outcome;
        return new LoopOutcome([], default, null, null);
    }

    private (ProbeResult? Probe, DriftResult? Drift, RetrievalResult? Retrieval) Evaluate(long step)
    {
        var (probe, drift, retrieval) = (_probe?.IsDue(step) == true ? _probe : null, _drift?.IsDue(step) == true ? _drift : null, _settings.Retrieval?.IsDue(step) == true ? _settings.Retrieval : null);
        if (probe is null && drift is null && retrieval is null)
        {
            return default;
        }

        var began = _telemetry?.Now() ?? 0;
        var results = (probe?.Evaluate(_trainer), drift?.Evaluate(_trainer), retrieval?.Evaluate(_trainer));
        _telemetry?.Took(PipelineStage.Evaluate, began);
        return results;
    }

    private void TellPending() => _telemetry?.Metrics.StageHolds(PipelineStage.Batch, PendingRecords);

    private void ShowSample()
    {
        if (_settings.Sampler is { } sampler)
        {
            var began = _telemetry?.Now() ?? 0;
            sampler.Observe(_batch, _positions);
            sampler.Advance(_trainer, ModelVersion);
            _telemetry?.Took(PipelineStage.Sample, began);
        }
    }

    private LoopOutcome Complete(LoopOutcome outcome)
    {
        _ledger.MarkTrained(_positions);
        _audit?.Passed(_ledger.LineageEpoch, Step, _positions);
        return Count(outcome);
    }

    private LoopOutcome Count(LoopOutcome outcome)
    {
        Counters += outcome.Passed;
        TellPending();
        return outcome.Metrics is null && outcome.Probe is null && outcome.Drift is null && outcome.Retrieval is null
            ? outcome
            : outcome with
            {
                Outputs =
                [
                    .. outcome.Outputs,
                    _outputs.Metrics(Stamp, Count(), MetricValues.Of(outcome.Metrics, outcome.Probe, outcome.Drift, outcome.Retrieval), _settings.Clock.GetUtcNow().ToUnixTimeMilliseconds()),
                ],
            };
    }

    private RecordCounters Count() => new(Counters.Consumed, Counters.Trained, Counters.DeadLettered, Counters.Tombstones, Counters.Trained, Counters.SkippedOffsets);
}
