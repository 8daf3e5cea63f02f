using System.Diagnostics.Metrics;
using StreamingContrastive.Learning.Guards;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Publishing;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <content>What is learned.</content>
public sealed partial class PipelineMetrics
{
    private readonly KeptValues _loss, _lossScale, _lossBias, _accuracy, _positive, _negative, _hardest, _gradient, _update, _rate;
    private readonly KeptValues _queueFilled, _queueAge, _effective, _alignment, _uniformity, _deviation, _rankMe, _knn;
    private readonly KeptValues _clustersOpen, _clustersDead, _clustersReseeded, _clustersPurity;
    private readonly KeptValues _estimatorTrusted, _estimatorHeldOut, _estimatorAuc, _estimatorLabelAuc, _estimatorCalibration;
    private readonly KeptValues _dataDrift, _dataDriftP, _modelDrift, _collapse, _modelVersion, _liveTensors, _accelerator;
    private readonly Histogram<double> _stepDuration;
    private readonly Counter<long> _steps, _trained, _incomplete;
    private readonly KeptValues _refusedBatches, _guardTrips;
    private Measurement<double>[] _retrieval = [];

    /// <summary>A step was made; its records may pass later, when letters before them are acknowledged.</summary>
    internal void StepTook(TimeSpan duration) => _stepDuration.Record(duration.TotalSeconds);

    /// <summary>The records of a step passed.</summary>
    internal void StepCompleted(long records)
    {
        _steps.Add(1);
        _trained.Add(records);
    }

    /// <summary>Records of a step that lack a part.</summary>
    internal void PartsMissing(IReadOnlyList<PartVectors> parts)
    {
        foreach (var part in parts)
        {
            if (part.Missing is > 0 and var records)
            {
                _incomplete.Add(records, Tag(TagNames.Part, part.Part!));
            }
        }
    }

    /// <summary>A batch whose step did not happen.</summary>
    internal void BatchRefused() => _refusedBatches.Add(1);

    /// <summary>Measures of a step.</summary>
    internal void Measured(StepMetrics step)
    {
        _loss.Set(step.Loss);
        _lossScale.Set(step.LossScale ?? double.NaN);
        _lossBias.Set(step.LossBias ?? double.NaN);
        _accuracy.Set(step.Accuracy);
        _positive.Set(step.PositiveSimilarity);
        _negative.Set(step.NegativeSimilarity);
        _hardest.Set(step.HardestNegativeSimilarity);
        _gradient.Set(step.GradientNorm);
        _update.Set(step.UpdateNorm);
        _rate.Set(step.LearningRate);
        _queueFilled.Set(step.QueueFilled);
        _queueAge.Set(step.QueueMeanAgeSteps);
        _queueAge.Set(step.QueueAgeP50Steps, 1);
        _queueAge.Set(step.QueueAgeP95Steps, 2);
        _effective.Set(step.EffectiveNegatives);
        _effective.Set(step.EffectiveNegativesKish, 1);
        _alignment.Set(step.Alignment);
        _uniformity.Set(step.Uniformity);
        _deviation.Set(step.EmbeddingStd);
        if (step.Clusters is { } clusters)
        {
            Measured(clusters);
        }

        if (step.Estimator is { } estimator)
        {
            Measured(estimator);
        }
    }

    private void Measured(ClusterMeasures clusters)
    {
        _clustersOpen.Set(clusters.OpenParts);
        _clustersDead.Set(clusters.Dead);
        _clustersReseeded.Set(clusters.Reseeded);
        _clustersPurity.Set(clusters.Purity ?? double.NaN);
        _clustersPurity.Set(clusters.ChancePurity ?? double.NaN, 1);
    }

    private void Measured(EstimatorMeasures estimator)
    {
        _estimatorTrusted.Set(estimator.IsTrusted ? 1 : 0);
        _estimatorHeldOut.Set(estimator.HeldOutPairs);
        _estimatorAuc.Set(estimator.HeldOutAuc ?? double.NaN);
        _estimatorAuc.Set(estimator.HeldOutCosineAuc ?? double.NaN, 1);
        _estimatorLabelAuc.Set(estimator.LabelAuc ?? double.NaN);
        _estimatorLabelAuc.Set(estimator.LabelCosineAuc ?? double.NaN, 1);
        _estimatorCalibration.Set(estimator.CalibrationError ?? double.NaN);
    }

    /// <summary>An evaluation on the probe.</summary>
    internal void Evaluated(ProbeResult probe)
    {
        _knn.Set(probe.Knn20);
        _knn.Set(probe.Knn200, 1);
        _rankMe.Set(probe.RankMe);
    }

    /// <summary>A retrieval between parts. A list that nobody changes, made once an evaluation and read as it is.</summary>
    internal void Retrieved(RetrievalResult retrieval) => Volatile.Write(ref _retrieval,
    [
        .. from recall in retrieval.Recalls
           from place in new (string K, double Value)[] { ("1", recall.R1), ("5", recall.R5), ("10", recall.R10) }
           select new Measurement<double>(place.Value, Tag(TagNames.From, recall.From), Tag(TagNames.To, recall.To), Tag(TagNames.Neighbours, place.K)),
    ]);

    /// <summary>Drift of the stream and of the encoder.</summary>
    internal void Drifted(DriftResult drift)
    {
        _dataDrift.Set(drift.Data);
        _dataDriftP.Set(drift.DataPValue);
        if (drift.Model is { } model)
        {
            _modelDrift.Set(model);
        }
    }

    /// <summary>What the collapse guard sees.</summary>
    internal void CollapseSeen(EncoderHealth health) => _collapse.Set((int)health);

    /// <summary>A guard wants an older checkpoint back.</summary>
    internal void GuardTripped(string guard) => _guardTrips.Add(1, guard == GuardNames.Collapse ? 0 : 1);

    /// <summary>Which version embeds from here on.</summary>
    internal void VersionAdopted(long version) => _modelVersion.Set(version);

    /// <summary>Tensors and the accelerator's memory; null on a CPU.</summary>
    internal void MemorySeen(long liveTensors, DeviceMemory? accelerator)
    {
        _liveTensors.Set(liveTensors);
        if (accelerator is { } memory)
        {
            _accelerator.Set(memory.TotalBytes - memory.FreeBytes);
            _accelerator.Set(memory.TotalBytes, 1);
        }
    }
}
