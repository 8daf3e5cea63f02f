using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>Names of the values in NAME.metrics. Renaming one is a breaking change.</summary>
public static class MetricValues
{
    /// <summary>The values of a measured step, of an evaluation, of a look at drift and of a retrieval; each may be missing.</summary>
    public static IReadOnlyDictionary<string, double> Of(StepMetrics? metrics, ProbeResult? probe, DriftResult? drift, RetrievalResult? retrieval = null)
    {
        var values = new Dictionary<string, double>(32);
        if (metrics is not null)
        {
            values["loss"] = metrics.Loss;
            values["accuracy"] = metrics.Accuracy;
            values["similarity.positive"] = metrics.PositiveSimilarity;
            values["similarity.negative"] = metrics.NegativeSimilarity;
            values["similarity.hardest_negative"] = metrics.HardestNegativeSimilarity;
            values["gradient.norm"] = metrics.GradientNorm;
            values["update.norm"] = metrics.UpdateNorm;
            values["learning_rate"] = metrics.LearningRate;
            values["queue.filled"] = metrics.QueueFilled;
            values["queue.age.steps"] = metrics.QueueMeanAgeSteps;
            values["alignment"] = metrics.Alignment;
            values["uniformity"] = metrics.Uniformity;
            values["dimension.std"] = metrics.EmbeddingStd;
            values["rows.invalid"] = metrics.InvalidRows;
            values["rows.clamped.share"] = metrics.ClampedShare;
            values["negatives.effective.sum"] = metrics.EffectiveNegatives;
            values["negatives.effective.kish"] = metrics.EffectiveNegativesKish;
            values["positives.per_row"] = metrics.PositivesPerRow;
            values["negatives.removed"] = metrics.RemovedNegatives;
            if (metrics.RemovedSameLabelShare is { } removed)
            {
                values["negatives.removed.same_label.share"] = removed;
            }

            if (metrics.OfferedSameLabelShare is { } offered)
            {
                values["negatives.same_label.share"] = offered;
            }

            values["queue.age.steps.p50"] = metrics.QueueAgeP50Steps;
            values["queue.age.steps.p95"] = metrics.QueueAgeP95Steps;
            values["momentum"] = metrics.Momentum;
            values["parts.missing"] = metrics.MissingParts;
            if (metrics.LossScale is { } scale)
            {
                values["loss.scale"] = scale;
            }

            if (metrics.LossBias is { } bias)
            {
                values["loss.bias"] = bias;
            }
            Add(values, metrics.Clusters, metrics.Estimator);
        }

        if (probe is not null)
        {
            values["knn20"] = probe.Knn20;
            values["knn200"] = probe.Knn200;
            values["rankme.uncentred"] = probe.RankMe;
        }

        if (drift is not null)
        {
            values["drift.data"] = drift.Data;
            values["drift.data.p_value"] = drift.DataPValue;
            if (drift.Model is { } model)
            {
                values["drift.model"] = model;
            }
        }

        foreach (var recall in retrieval?.Recalls ?? [])
        {
            values[$"retrieval.{recall.From}.{recall.To}.r1"] = recall.R1;
            values[$"retrieval.{recall.From}.{recall.To}.r5"] = recall.R5;
            values[$"retrieval.{recall.From}.{recall.To}.r10"] = recall.R10;
        }

        return values;
    }

    private static void Add(Dictionary<string, double> values, ClusterMeasures? clusters, EstimatorMeasures? estimator)
    {
        void Known(string name, double? value)
        {
            if (value is { } known)
            {
                values[name] = known;
            }
        }

        Known("clusters.open", clusters?.OpenParts);
        Known("clusters.dead", clusters?.Dead);
        Known("clusters.reseeded", clusters?.Reseeded);
        Known("clusters.purity", clusters?.Purity);
        Known("clusters.purity.chance", clusters?.ChancePurity);
        Known("estimator.trusted", estimator is null ? null : estimator.IsTrusted ? 1 : 0);
        Known("estimator.held_out", estimator?.HeldOutPairs);
        Known("estimator.auc", estimator?.HeldOutAuc);
        Known("estimator.auc.cosine", estimator?.HeldOutCosineAuc);
        Known("estimator.label_auc", estimator?.LabelAuc);
        Known("estimator.label_auc.cosine", estimator?.LabelCosineAuc);
        Known("estimator.calibration_error", estimator?.CalibrationError);
    }
}
