namespace StreamingContrastive.Learning.Objectives;

/// <summary>What the learned parts of an objective have to say of a step.</summary>
/// <param name="Clusters">Of the clusters; null without them.</param>
/// <param name="Estimator">Of the network that weighs negatives; null without it.</param>
internal sealed record LearnedMeasures(ClusterMeasures? Clusters, EstimatorMeasures? Estimator);

/// <summary>What an operator should know of the clusters.</summary>
/// <param name="OpenParts">Parts whose clusters the gate has started.</param>
/// <param name="Parts">Parts.</param>
/// <param name="Dead">Clusters of the open parts that hold none of the queue's keys.</param>
/// <param name="Reseeded">Clusters that began anew since the start.</param>
/// <param name="Purity">Share of the queue's labelled keys that are of the commonest class of their cluster, mean over the open parts; null without labels.</param>
/// <param name="ChancePurity">The same after shuffling the labels: what clusters of these sizes reach by chance.</param>
public sealed record ClusterMeasures(int OpenParts, int Parts, int Dead, long Reseeded, double? Purity, double? ChancePurity);

/// <summary>What an operator should know of the network that weighs negatives.</summary>
/// <param name="IsTrusted">Whether its weights are in use; otherwise all are 1.</param>
/// <param name="HeldOutPairs">Held-out re-observations that it is judged by.</param>
/// <param name="HeldOutAuc">AUC of the network on them against random pairs, at the end of the last window; null before there were enough.</param>
/// <param name="HeldOutCosineAuc">AUC of the cosine on the same pairs.</param>
/// <param name="CalibrationError">Expected calibration error: against labels where records have them, otherwise against held-out re-observations, weighted by the prior.</param>
/// <param name="LabelAuc">AUC for "same class" over random pairs of queued keys; null without labels.</param>
/// <param name="LabelCosineAuc">AUC of the cosine on the same pairs.</param>
public sealed record EstimatorMeasures(
    bool IsTrusted, int HeldOutPairs, double? HeldOutAuc, double? HeldOutCosineAuc, double? CalibrationError, double? LabelAuc, double? LabelCosineAuc);
