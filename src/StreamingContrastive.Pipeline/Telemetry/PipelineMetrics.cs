using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>
/// Owns every instrument (<see cref="InstrumentCatalog"/>). Thread-safe; a measurement allocates nothing. The BCL's meters cost next to
/// nothing where nobody listens; the host decides whether and where they are exported. One instance a process: a run that a guard ends
/// and the one that goes on count in the same counters. What grows while nothing happens (ages, freshness) is computed when it is read.
/// </summary>
public sealed partial class PipelineMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "StreamingContrastive";

    private readonly Meter _meter;
    private readonly TimeProvider _clock;

    /// <summary>Creates the instruments.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="clock">Clock of ages; default the system's.</param>
    public PipelineMetrics(string pipeline = "pipeline", TimeProvider? clock = null)
        : this(pipeline, clock ?? TimeProvider.System, MeterName)
    {
    }

    // Listeners find meters by name, process-wide: a test that counts takes a name of its own.
    internal PipelineMetrics(string pipeline, TimeProvider clock, string meterName)
    {
        (_meter, _clock) = (new Meter(meterName), clock);
        _operationDuration = Histogram(MessagingInstruments.OperationDuration);
        _sent = Counter(MessagingInstruments.Sent);
        _consumed = Counter(MessagingInstruments.Consumed);
        _processDuration = Histogram(MessagingInstruments.ProcessDuration);

        _loss = Kept(LearningInstruments.Loss);
        _lossScale = Kept(LearningInstruments.LossScale);
        _lossBias = Kept(LearningInstruments.LossBias);
        _accuracy = Kept(LearningInstruments.Accuracy);
        _positive = Kept(LearningInstruments.PositiveSimilarity);
        _negative = Kept(LearningInstruments.NegativeSimilarity);
        _hardest = Kept(LearningInstruments.HardestNegativeSimilarity);
        _gradient = Kept(LearningInstruments.GradientNorm);
        _update = Kept(LearningInstruments.UpdateNorm);
        _rate = Kept(LearningInstruments.LearningRate);
        _stepDuration = Histogram(LearningInstruments.StepDuration);
        _steps = Counter(LearningInstruments.Steps);
        _trained = Counter(LearningInstruments.Trained);
        _incomplete = Counter(LearningInstruments.Incomplete);
        _refusedBatches = Kept(LearningInstruments.RefusedBatches);
        _queueFilled = Kept(LearningInstruments.QueueFilled);
        _queueAge = Kept(LearningInstruments.QueueAge, "mean", "p50", "p95");
        _effective = Kept(LearningInstruments.EffectiveNegatives, "sum", "kish");
        _clustersOpen = Kept(LearningInstruments.ClustersOpen);
        _clustersDead = Kept(LearningInstruments.ClustersDead);
        _clustersReseeded = Kept(LearningInstruments.ClustersReseeded);
        _clustersPurity = Kept(LearningInstruments.ClustersPurity, "observed", "chance");
        _estimatorTrusted = Kept(LearningInstruments.EstimatorTrusted);
        _estimatorHeldOut = Kept(LearningInstruments.EstimatorHeldOut);
        _estimatorAuc = Kept(LearningInstruments.EstimatorAuc, "estimator", "cosine");
        _estimatorLabelAuc = Kept(LearningInstruments.EstimatorLabelAuc, "estimator", "cosine");
        _estimatorCalibration = Kept(LearningInstruments.EstimatorCalibration);
        _alignment = Kept(LearningInstruments.Alignment);
        _uniformity = Kept(LearningInstruments.Uniformity);
        _deviation = Kept(LearningInstruments.Deviation);
        _rankMe = Kept(LearningInstruments.RankMe);
        _knn = Kept(LearningInstruments.Knn, "20", "200");
        _dataDrift = Kept(LearningInstruments.DataDrift);
        _dataDriftP = Kept(LearningInstruments.DataDriftPValue);
        _modelDrift = Kept(LearningInstruments.ModelDrift);
        _collapse = Kept(LearningInstruments.CollapseState);
        _guardTrips = Kept(LearningInstruments.GuardTrips, GuardNames.Collapse, GuardNames.NonFinite);
        _modelVersion = Kept(LearningInstruments.ModelVersion);
        _liveTensors = Kept(LearningInstruments.LiveTensors);
        _accelerator = Kept(LearningInstruments.AcceleratorMemory, "used", "total");

        _stageDuration = Histogram(DeliveryInstruments.StageDuration);
        _tombstones = Counter(DeliveryInstruments.Tombstones);
        _ignoredParts = Counter(DeliveryInstruments.IgnoredParts);
        _deadLetters = Counter(DeliveryInstruments.DeadLettered);
        _gaps = Kept(DeliveryInstruments.Gaps);
        _gapOffsets = Kept(DeliveryInstruments.GapOffsets);
        _rebalances = Counter(DeliveryInstruments.Rebalances);
        _rewinds = Counter(DeliveryInstruments.Rewinds);
        _staleChunks = Counter(DeliveryInstruments.StaleChunks);
        _checkpointDuration = Histogram(DeliveryInstruments.CheckpointDuration);
        _checkpointCopy = Histogram(DeliveryInstruments.CheckpointCopy);
        _checkpointSize = Kept(DeliveryInstruments.CheckpointSize);
        _published = Counter(DeliveryInstruments.Published);
        _epoch = Kept(DeliveryInstruments.LineageEpoch, pipeline);

        Observe(LearningInstruments.Retrieval, () => Volatile.Read(ref _retrieval));
        Observe(DeliveryInstruments.StageInFlight, InFlight);
        Observe(DeliveryInstruments.Lag, () => _lag);
        Observe(DeliveryInstruments.Freshness, FreshnessNow);
        Observe(DeliveryInstruments.CheckpointAge, CheckpointAgeNow);
        Observe(DeliveryInstruments.Outbox, OutboxNow);
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private Counter<long> Counter(InstrumentDefinition of) => _meter.CreateCounter<long>(of.Name, of.Unit, of.Description);

    // Gauges, and counters of rare events: a rate over a counter that appears with its first event would miss that event.
    private KeptValues Kept(InstrumentDefinition of, params ReadOnlySpan<string> tagValues)
    {
        var isCounter = of.Kind == InstrumentKind.Counter;
        var values = new KeptValues(isCounter ? 0 : double.NaN, of.Tags.Count == 0 ? null : of.Tags[0], tagValues);
        if (isCounter)
        {
            _meter.CreateObservableCounter(of.Name, values.Read, of.Unit, of.Description);
        }
        else
        {
            Observe(of, values.Read);
        }

        return values;
    }

    private Histogram<double> Histogram(InstrumentDefinition of) =>
        _meter.CreateHistogram(of.Name, of.Unit, of.Description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = of.Buckets });

    private void Observe(InstrumentDefinition of, Func<IEnumerable<Measurement<double>>> observe) =>
        _meter.CreateObservableGauge(of.Name, observe, of.Unit, of.Description);

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    private static void AddError(ref TagList tags, string? errorType)
    {
        if (errorType is not null)
        {
            tags.Add(TagNames.ErrorType, errorType);
        }
    }

    /// <summary>Numbers of partitions as text, so that a measurement makes no string.</summary>
    private static class PartitionText
    {
        private static readonly string[] Known = [.. Enumerable.Range(0, 1024).Select(n => n.ToString(CultureInfo.InvariantCulture))];

        public static string Of(int partition) =>
            (uint)partition < (uint)Known.Length ? Known[partition] : partition.ToString(CultureInfo.InvariantCulture);
    }
}
