namespace StreamingContrastive.Learning.Training;

/// <summary>Measures of one step, read back from the device only when they were asked for. Similarities are cosines.</summary>
/// <param name="Loss">Mean loss over valid rows, nats.</param>
/// <param name="Accuracy">Share of valid rows whose positive beats every negative; 0 where no row is valid.</param>
/// <param name="PositiveSimilarity">Mean cosine of query and key of the same record.</param>
/// <param name="HardestNegativeSimilarity">Mean over valid rows of the highest cosine among the negatives; 0 where no row is valid.</param>
/// <param name="GradientNorm">L2 norm of all gradients together.</param>
/// <param name="UpdateNorm">L2 norm of the change of all query parameters.</param>
/// <param name="LearningRate">Rate of this step, scale included.</param>
/// <param name="QueueFilled">Filled queue rows after the step.</param>
/// <param name="QueueMeanAgeSteps">Mean age of the negatives, in steps; 0 for an empty queue.</param>
/// <param name="Alignment">Mean squared distance of query and key (Wang and Isola 2020, arXiv 2005.10242, alpha 2).</param>
/// <param name="Uniformity">Log of the mean Gaussian potential of the keys (same paper, t 2); 0 for a single row.</param>
/// <param name="EmbeddingStd">Mean over dimensions of the standard deviation of the query rows; healthy is about 1/sqrt(d).</param>
/// <param name="InvalidRows">Rows without candidates, excluded from the loss.</param>
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
    double NegativeSimilarity);

/// <summary>What a step gives back.</summary>
/// <param name="Step">Completed steps, this one included where it was applied.</param>
/// <param name="Count">Rows of the batch.</param>
/// <param name="Metrics">Measures, when they were asked for and the step was applied.</param>
/// <param name="Embeddings">[Count x EmbeddingDimension] unit rows of the published snapshot; valid until the next step. Empty where it was not applied.</param>
/// <param name="Refusal">
/// Null where the step was applied. Otherwise its loss or gradient was NaN or infinite, this sentence says which, and weights,
/// optimizer, momentum encoder and queue are bit for bit as before.
/// </param>
public readonly record struct StepOutcome(long Step, int Count, StepMetrics? Metrics, ReadOnlyMemory<float> Embeddings, string? Refusal)
{
    /// <summary>Whether the step happened.</summary>
    public bool IsApplied => Refusal is null;
}
