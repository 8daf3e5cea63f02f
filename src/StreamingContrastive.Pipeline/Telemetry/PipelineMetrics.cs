using System.Diagnostics.Metrics;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>
/// Owns every instrument of the pipeline. Tags are low-cardinality (topic, stage, error type); units follow UCUM. The BCL's
/// meters cost nothing where nobody listens; the host decides whether and where they are exported.
/// </summary>
public sealed class PipelineMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "StreamingContrastive";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _trained;
    private readonly Counter<long> _tombstones;
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _steps;
    private readonly Counter<long> _refusedBatches;
    private readonly Counter<long> _guardTrips;
    private readonly Counter<long> _rewinds;
    private readonly Counter<long> _staleChunks;
    private readonly Counter<long> _published;
    private readonly Histogram<double> _stepDuration;
    private readonly Histogram<double> _checkpointDuration;
    private readonly Gauge<double> _loss;
    private readonly Gauge<double> _knn;
    private readonly Gauge<long> _modelVersion;
    private readonly Gauge<int> _inFlight;

    /// <summary>Creates the instruments.</summary>
    public PipelineMetrics()
    {
        _trained = _meter.CreateCounter<long>("contrastive.records.trained", "{record}", "Records whose pair went through an optimizer step.");
        _tombstones = _meter.CreateCounter<long>("contrastive.records.tombstones", "{record}", "Records with a null value, passed on as tombstones.");
        _deadLetters = _meter.CreateCounter<long>("contrastive.records.dead_lettered", "{record}", "Records acknowledged in the dead-letter topic, by stage and error type.");
        _steps = _meter.CreateCounter<long>("contrastive.steps", "{step}", "Optimizer steps.");
        _refusedBatches = _meter.CreateCounter<long>("contrastive.batches.refused", "{batch}", "Batches whose loss or gradient was not finite: their step did not happen.");
        _guardTrips = _meter.CreateCounter<long>("contrastive.guard.trips", "{trip}", "Times that a guard ended the epoch to restore an older checkpoint.");
        _rewinds = _meter.CreateCounter<long>("contrastive.chunks.rewound", "{chunk}", "Chunks that did not start at the next offset and were answered with Rewind.");
        _staleChunks = _meter.CreateCounter<long>("contrastive.chunks.stale", "{chunk}", "Chunks of a reading that was already told to rewind.");
        _published = _meter.CreateCounter<long>("contrastive.outputs.published", "{message}", "Output messages acknowledged by the broker.");
        _stepDuration = _meter.CreateHistogram<double>("contrastive.step.duration", "s", "Time of one optimizer step, embedding forward included.");
        _checkpointDuration = _meter.CreateHistogram<double>("contrastive.checkpoint.copy.duration", "s", "Time for which the trainer stood still to copy its state.");
        _loss = _meter.CreateGauge<double>("contrastive.loss", "1", "Loss of the last step that was measured.");
        _knn = _meter.CreateGauge<double>("contrastive.knn.accuracy", "1", "kNN accuracy on held-out records, by k.");
        _modelVersion = _meter.CreateGauge<long>("contrastive.model.version", "1", "Model version that embeds now.");
        _inFlight = _meter.CreateGauge<int>("contrastive.records.in_flight", "{record}", "Records admitted and not yet trained.");
    }

    /// <summary>One optimizer step; without a duration where it was made before its records could pass.</summary>
    public void StepCompleted(int records, TimeSpan? duration, int inFlight)
    {
        _steps.Add(1);
        _trained.Add(records);
        if (duration is { } time)
        {
            _stepDuration.Record(time.TotalSeconds);
        }

        _inFlight.Record(inFlight);
    }

    /// <summary>A batch whose step did not happen.</summary>
    public void BatchRefused() => _refusedBatches.Add(1);

    /// <summary>A guard wants an older checkpoint back.</summary>
    public void GuardTripped() => _guardTrips.Add(1);

    /// <summary>Loss of a measured step.</summary>
    public void LossMeasured(double loss) => _loss.Record(loss);

    /// <summary>kNN accuracy on the probe.</summary>
    public void KnnMeasured(int k, double accuracy) => _knn.Record(accuracy, new KeyValuePair<string, object?>("k", k));

    /// <summary>Tombstones that the watermark passed.</summary>
    public void TombstonesPassed(long count) => _tombstones.Add(count);

    /// <summary>One record acknowledged in the dead-letter topic.</summary>
    public void DeadLettered(string stage, string errorType) =>
        _deadLetters.Add(1, new KeyValuePair<string, object?>("stage", stage), new KeyValuePair<string, object?>("error.type", errorType));

    /// <summary>A chunk was answered with Rewind.</summary>
    public void ChunkRewound() => _rewinds.Add(1);

    /// <summary>A stale chunk was dropped.</summary>
    public void StaleChunkDropped() => _staleChunks.Add(1);

    /// <summary>Outputs acknowledged.</summary>
    public void OutputsPublished(int count) => _published.Add(count);

    /// <summary>The trainer copied its state for a checkpoint.</summary>
    public void StateCopied(TimeSpan duration, ulong modelVersion)
    {
        _checkpointDuration.Record(duration.TotalSeconds);
        _modelVersion.Record((long)modelVersion);
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
