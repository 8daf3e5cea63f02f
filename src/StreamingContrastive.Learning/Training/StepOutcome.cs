using StreamingContrastive.Learning.Objectives;

namespace StreamingContrastive.Learning.Training;

/// <summary>Measures of one step, read back from the device only when they were asked for. Similarities are cosines.</summary>
/// <param name="Loss">Mean loss over valid rows, nats; a symmetric objective's is the mean of both directions, so that it stays comparable with ln(K + 1).</param>
/// <param name="Accuracy">Share of valid rows whose positive beats every negative; 0 where no row is valid.</param>
/// <param name="PositiveSimilarity">Mean cosine of query and key of the same record.</param>
/// <param name="HardestNegativeSimilarity">Mean over valid rows of the highest cosine among the negatives; 0 where no row is valid.</param>
/// <param name="GradientNorm">L2 norm of all gradients together.</param>
/// <param name="UpdateNorm">L2 norm of the change of all query parameters.</param>
/// <param name="LearningRate">Rate of this step, scale included.</param>
/// <param name="QueueFilled">Filled queue rows after the step; with several parts those of the part that has fewest.</param>
/// <param name="QueueMeanAgeSteps">Mean age of the negatives, in steps; 0 for an empty queue.</param>
/// <param name="Alignment">Mean squared distance of query and key, with several parts of the pairs that are contrasted (Wang and Isola 2020, arXiv 2005.10242, alpha 2).</param>
/// <param name="Uniformity">Log of the mean Gaussian potential of the keys (same paper, t 2), of the part whose keys are least uniform; 0 for a single row.</param>
/// <param name="EmbeddingStd">Mean over dimensions of the standard deviation of the query rows; healthy is about 1/sqrt(d). Of the part that has least.</param>
/// <param name="InvalidRows">Rows without candidates or without one of the two parts, excluded from the loss, over all directions.</param>
/// <param name="NegativeSimilarity">Mean cosine of queries and their negatives, removed ones left out; 0 where there is none.</param>
public sealed record StepMetrics(
    double Loss,
    double Accuracy,
    double PositiveSimilarity,
    double HardestNegativeSimilarity,
    double GradientNorm,
    double UpdateNorm,
    double LearningRate,
    int QueueFilled,
    double QueueMeanAgeSteps,
    double Alignment,
    double Uniformity,
    double EmbeddingStd,
    int InvalidRows,
    double NegativeSimilarity)
{
    /// <summary>Mean over valid rows of the sum of the negatives' weights: how many an anchor really meets after masks, selection and weights.</summary>
    public double EffectiveNegatives { get; init; }

    /// <summary>Mean over valid rows of (sum w)^2 / sum w^2 (Kish): like the sum of the weights where they are equal, fewer where a few weigh most.</summary>
    public double EffectiveNegativesKish { get; init; }

    /// <summary>Share of valid rows whose debiased estimate met its lower bound, which stops their negatives' gradient; 0 for other losses.</summary>
    public double ClampedShare { get; init; }

    /// <summary>Mean number of positives of a valid row, the own other view included.</summary>
    public double PositivesPerRow { get; init; }

    /// <summary>Median age of the queue's keys in steps; 0 for an empty queue.</summary>
    public double QueueAgeP50Steps { get; init; }

    /// <summary>95th percentile of the age of the queue's keys in steps; 0 for an empty queue.</summary>
    public double QueueAgeP95Steps { get; init; }

    /// <summary>Mean number of negatives that policies took from an anchor, by removal or as further positives.</summary>
    public double RemovedNegatives { get; init; }

    /// <summary>Share of those, where anchor and candidate have a label, that are of the anchor's class; null where there is none.</summary>
    public double? RemovedSameLabelShare { get; init; }

    /// <summary>The same share among all negatives that the policies were offered: what removing at random would reach.</summary>
    public double? OfferedSameLabelShare { get; init; }

    /// <summary>EMA coefficient of this step.</summary>
    public double Momentum { get; init; }

    /// <summary>What the clusters came to; null without them.</summary>
    public ClusterMeasures? Clusters { get; init; }

    /// <summary>What the network that weighs negatives came to; null without it.</summary>
    public EstimatorMeasures? Estimator { get; init; }

    /// <summary>Learned factor on cosines, 1 over the temperature; null for a loss with a fixed one.</summary>
    public double? LossScale { get; init; }

    /// <summary>Learned bias of logits; null for a loss without one.</summary>
    public double? LossBias { get; init; }

    /// <summary>Parts that the batch's records lacked, over all rows.</summary>
    public int MissingParts { get; init; }
}

/// <summary>Embeddings of one part of a batch's clean views.</summary>
/// <param name="Part">Name of the part.</param>
/// <param name="Vectors">[Count x EmbeddingDimension] unit rows; zeros where the record lacks the part.</param>
/// <param name="Present">[Count]: which records have it.</param>
public readonly record struct PartEmbeddings(string Part, ReadOnlyMemory<float> Vectors, ReadOnlyMemory<bool> Present);

/// <summary>What a step gives back.</summary>
/// <param name="Step">Completed steps, this one included where it was applied.</param>
/// <param name="Count">Rows of the batch.</param>
/// <param name="Metrics">Measures, when they were asked for and the step was applied.</param>
/// <param name="Embeddings">Those of the first part, [Count x EmbeddingDimension] unit rows of the published snapshot; valid until the next step. Empty where it was not applied.</param>
/// <param name="Refusal">
/// Null where the step was applied. Otherwise its loss or gradient was NaN or infinite, this sentence says which, and weights,
/// optimizer, momentum encoder and queue are bit for bit as before.
/// </param>
public readonly record struct StepOutcome(long Step, int Count, StepMetrics? Metrics, ReadOnlyMemory<float> Embeddings, string? Refusal)
{
    /// <summary>The embeddings of every part, in the order of the row; valid until the next step. Null where the step was not applied or embedded nothing.</summary>
    public IReadOnlyList<PartEmbeddings>? Parts { get; init; }

    /// <summary>Whether the step happened.</summary>
    public bool IsApplied => Refusal is null;
}
