using static StreamingContrastive.Pipeline.Telemetry.InstrumentKind;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>Instruments of what is learned. Values of a step come every output:metricsEverySteps, those of the probe every monitor:everySteps.</summary>
internal static class LearningInstruments
{
    public static readonly InstrumentDefinition Loss = new("contrastive.loss", Gauge, "{nat}", "Mean loss over the valid rows of the last measured step. Some losses may be negative.");

    public static readonly InstrumentDefinition LossScale = new("contrastive.loss.scale", Gauge, "1", "Factor on cosines that the loss learns, 1 / temperature, at most 100. Only with the losses clip and sigLip.");

    public static readonly InstrumentDefinition LossBias = new("contrastive.loss.bias", Gauge, "1", "Bias on scaled cosines that the loss learns. Only with the loss sigLip.");

    public static readonly InstrumentDefinition Accuracy = new("contrastive.accuracy", Gauge, "1", "Share of anchors whose positive beats every negative.");

    public static readonly InstrumentDefinition PositiveSimilarity = new("contrastive.similarity.positive", Gauge, "{cosine}", "Mean cosine of the two views of a record.");

    public static readonly InstrumentDefinition NegativeSimilarity = new("contrastive.similarity.negative", Gauge, "{cosine}", "Mean cosine of anchors and their negatives.");

    public static readonly InstrumentDefinition HardestNegativeSimilarity = new("contrastive.similarity.hardest_negative", Gauge, "{cosine}", "Mean over anchors of the highest cosine among their negatives.");

    public static readonly InstrumentDefinition GradientNorm = new("contrastive.gradient.norm", Gauge, "{norm}", "L2 norm of all gradients together.");

    public static readonly InstrumentDefinition UpdateNorm = new("contrastive.update.norm", Gauge, "{norm}", "L2 norm of the change of all query parameters.");

    public static readonly InstrumentDefinition LearningRate = new("contrastive.learning_rate", Gauge, "{rate}", "Learning rate of the step, the scale of guards included.");

    public static readonly InstrumentDefinition StepDuration = new("contrastive.step.duration", Histogram, "s", "Time of one optimizer step, embeddings included; the evaluation on the probe is not part of it.") { Buckets = DeliveryInstruments.Seconds };

    public static readonly InstrumentDefinition Steps = new("contrastive.steps", Counter, "{step}", "Optimizer steps.");

    public static readonly InstrumentDefinition Trained = new("contrastive.records.trained", Counter, "{record}", "Samples: records whose pair went through an optimizer step.");

    public static readonly InstrumentDefinition Incomplete = new("contrastive.records.incomplete", Counter, "{record}", "Records that were trained on without a part, by the part that they lack (input:onMissingPart).", TagNames.Part);

    public static readonly InstrumentDefinition RefusedBatches = new("contrastive.batches.refused", Counter, "{batch}", "Batches whose loss or gradient was not finite: their step did not happen.");

    public static readonly InstrumentDefinition QueueFilled = new("contrastive.queue.filled", Gauge, "{row}", "Filled rows of the queue of negatives.");

    public static readonly InstrumentDefinition QueueAge = new("contrastive.queue.age", Gauge, "{step}", "Age of the queue's keys in optimizer steps: mean, p50 and p95.", TagNames.Statistic);

    public static readonly InstrumentDefinition EffectiveNegatives = new("contrastive.negatives.effective", Gauge, "{negative}", "Negatives that an anchor really meets, after masks, selection and weights: sum of the weights, and Kish's (sum w)^2 / sum w^2.", TagNames.Statistic);

    public static readonly InstrumentDefinition ClustersOpen = new("contrastive.clusters.open", Gauge, "{part}", "Parts whose clusters the gate has started; the mean cosine of a batch's keys must fall first.");

    public static readonly InstrumentDefinition ClustersDead = new("contrastive.clusters.dead", Gauge, "{cluster}", "Clusters of the started parts that hold none of the queue's keys.");

    public static readonly InstrumentDefinition ClustersReseeded = new("contrastive.clusters.reseeded", Gauge, "{cluster}", "Clusters that began anew because no key fell to them, since the pipeline's first step.");

    public static readonly InstrumentDefinition ClustersPurity = new("contrastive.clusters.purity", Gauge, "1", "Share of the queue's labelled keys that are of the commonest class of their cluster: observed, and by chance in clusters of these sizes. Only with labels.", TagNames.Statistic);

    public static readonly InstrumentDefinition EstimatorTrusted = new("contrastive.estimator.trusted", Gauge, "{state}", "Whether the learned weights of negatives are in use: 1, or 0 while the network orders held-out keys no better than the cosine and all weigh 1.");

    public static readonly InstrumentDefinition EstimatorHeldOut = new("contrastive.estimator.held_out", Gauge, "{pair}", "Held-out keys that came again, by which the network is judged; none in a stream without repeated keys.");

    public static readonly InstrumentDefinition EstimatorAuc = new("contrastive.estimator.auc", Gauge, "1", "AUC on held-out keys that came again against random ones: of the network and of the cosine.", TagNames.Statistic);

    public static readonly InstrumentDefinition EstimatorLabelAuc = new("contrastive.estimator.label_auc", Gauge, "1", "AUC for the same class over random queued keys: of the network and of the cosine. Only with labels.", TagNames.Statistic);

    public static readonly InstrumentDefinition EstimatorCalibration = new("contrastive.estimator.calibration_error", Gauge, "1", "Expected calibration error of the network's match probability: against labels, otherwise against held-out keys that came again.");

    public static readonly InstrumentDefinition Alignment = new("contrastive.alignment", Gauge, "{distance}", "Mean squared distance of the two views of a record (Wang and Isola, alpha 2); lower is closer.");

    public static readonly InstrumentDefinition Uniformity = new("contrastive.uniformity", Gauge, "{nat}", "Log of the mean Gaussian potential of the keys (Wang and Isola, t 2); 0 is all in one point.");

    public static readonly InstrumentDefinition Deviation = new("contrastive.dimension.deviation", Gauge, "{deviation}", "Mean over dimensions of the standard deviation of unit rows; healthy is about 1 / sqrt(dimension).");

    public static readonly InstrumentDefinition RankMe = new("contrastive.rankme", Gauge, "{dimension}", "Effective rank of the probe's features (RankMe, uncentred).");

    public static readonly InstrumentDefinition Knn = new("contrastive.knn.accuracy", Gauge, "1", "kNN accuracy on held-out records, by k.", TagNames.Neighbours);

    public static readonly InstrumentDefinition Retrieval = new("contrastive.retrieval.recall", Gauge, "1", "Share of held-out records whose part finds the same record's other part among the first k.", TagNames.From, TagNames.To, TagNames.Neighbours);

    public static readonly InstrumentDefinition DataDrift = new("contrastive.drift.data", Gauge, "{mmd2}", "Unbiased squared MMD between the first records since the start and the newest, both embedded by the encoder of now; about 0 where the stream has not changed.");

    public static readonly InstrumentDefinition DataDriftPValue = new("contrastive.drift.data.p_value", Gauge, "{probability}", "Permutation p-value of contrastive.drift.data: how often a shuffled split is as far apart.");

    public static readonly InstrumentDefinition ModelDrift = new("contrastive.drift.model", Gauge, "{cosine}", "1 - mean cosine between the features of the same records now and at the evaluation before: how far the encoder moved.");

    public static readonly InstrumentDefinition CollapseState = new("contrastive.collapse.state", Gauge, "{state}", "What the collapse guard sees: 0 healthy, 1 unknown (a sign during the warm-up), 2 suspect, 3 collapsed.");

    public static readonly InstrumentDefinition GuardTrips = new("contrastive.guard.trips", Counter, "{trip}", "Times that a guard ended the epoch to restore an older checkpoint.", TagNames.Guard);

    public static readonly InstrumentDefinition ModelVersion = new("contrastive.model.version", Gauge, "{version}", "Model version that embeds now.");

    public static readonly InstrumentDefinition LiveTensors = new("contrastive.tensors.live", Gauge, "{tensor}", "Tensors that are alive in the process; a rise over hours is a leak.");

    public static readonly InstrumentDefinition AcceleratorMemory = new("contrastive.accelerator.memory", Gauge, "By", "Memory of the trainer's accelerator, other processes' share included: used and total. Only where training:device is a GPU.", TagNames.Part);

    public static readonly InstrumentDefinition[] All =
    [
        Loss, LossScale, LossBias, Accuracy, PositiveSimilarity, NegativeSimilarity, HardestNegativeSimilarity, GradientNorm, UpdateNorm, LearningRate, StepDuration, Steps, Trained,
        Incomplete, RefusedBatches, QueueFilled, QueueAge, EffectiveNegatives, ClustersOpen, ClustersDead, ClustersReseeded, ClustersPurity,
        EstimatorTrusted, EstimatorHeldOut, EstimatorAuc, EstimatorLabelAuc, EstimatorCalibration, Alignment, Uniformity, Deviation, RankMe, Knn, Retrieval, DataDrift, DataDriftPValue, ModelDrift,
        CollapseState, GuardTrips, ModelVersion, LiveTensors, AcceleratorMemory,
    ];
}
