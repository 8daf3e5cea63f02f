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
internal sealed record LoopOutcome(IReadOnlyList<OutputRecord> Outputs, DeliveryCounters Passed, StepMetrics? Metrics, ProbeResult? Probe);

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
    private readonly TrainingBatch _batch;
    private readonly BatchPositions _positions;

    public TrainingLoop(ContrastiveTrainer trainer, OffsetLedger ledger, OutputEncoder outputs, ProbeMonitor? probe, TrainingLoopSettings settings, AuditLog? audit = null)
    {
        (_trainer, _ledger, _outputs, _probe, _settings, _audit) = (trainer, ledger, outputs, probe, settings, audit);
        _assembler = new BatchAssembler(settings.BatchSize, settings.RowBytes);
        _batch = new TrainingBatch(settings.BatchSize, settings.RowBytes);
        _positions = new BatchPositions(settings.BatchSize);
        (Counters, ModelVersion) = (settings.Counters, settings.ModelVersion);
    }

    /// <summary>What the watermarks have passed in the surviving lineage.</summary>
    public DeliveryCounters Counters { get; private set; }

    /// <summary>The frozen version that embeds now.</summary>
    public long ModelVersion { get; private set; }

    /// <summary>Completed optimizer steps.</summary>
    public long Step => _trainer.CompletedSteps;

    /// <summary>Records admitted and not passed.</summary>
    public int PendingRecords => _assembler.PendingRecords;

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
    public LoopOutcome? TryStep() => _assembler.TryTake(_batch, _positions) ? Train() : null;

    /// <summary>At the end of a bounded run: one step on what is left; null when nothing is.</summary>
    public LoopOutcome? TryStepRemainder() => _assembler.TakeRemainder(_batch, _positions) ? Train() : null;

    /// <summary>Passes tombstones, dead letters and gaps that no pair precedes; null when nothing moved.</summary>
    public LoopOutcome? TryPassEmpty()
    {
        if (!_assembler.TryPassEmpty(_positions))
        {
            return null;
        }

        var outputs = new List<OutputRecord>(_positions.Tombstones.Count);
        _outputs.Batch(_positions, default, _trainer.EmbeddingDimension, Stamp, outputs);
        return Complete(outputs, metrics: null, probe: null);
    }

    /// <summary>Drops what no step has taken; it will be read again.</summary>
    public int Discard() => _assembler.Discard();

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

    private LoopOutcome Train()
    {
        _probe?.Observe(_batch);
        var measure = (_trainer.CompletedSteps + 1) % _settings.MetricsEverySteps == 0;
        var outcome = _trainer.Step(_batch, measure);
        if (!outcome.LossIsFinite)
        {
            throw new NonFiniteLossException(outcome.Step);
        }

        var outputs = new List<OutputRecord>(outcome.Count + _positions.Tombstones.Count + 1);
        _outputs.Batch(_positions, outcome.Embeddings, _trainer.EmbeddingDimension, Stamp, outputs);
        var probe = _probe?.IsDue(outcome.Step) == true ? _probe.Evaluate(_trainer) : null;
        return Complete(outputs, outcome.Metrics, probe);
    }

    private LoopOutcome Complete(List<OutputRecord> outputs, StepMetrics? metrics, ProbeResult? probe)
    {
        _ledger.MarkTrained(_positions);
        _audit?.Passed(_ledger.LineageEpoch, Step, _positions);
        Counters += _positions.Counts;
        if (metrics is not null || probe is not null)
        {
            outputs.Add(_outputs.Metrics(Stamp, Count(), MetricValues.Of(metrics, probe), _settings.Clock.GetUtcNow().ToUnixTimeMilliseconds()));
        }

        return new LoopOutcome(outputs, _positions.Counts, metrics, probe);
    }

    private RecordCounters Count() => new(Counters.Consumed, Counters.Trained, Counters.DeadLettered, Counters.Tombstones, Counters.Trained, Counters.SkippedOffsets);
}
