namespace StreamingContrastive.Learning.Evaluation;

/// <summary>How a linear probe is fitted. The defaults are those of the figures in the README.</summary>
public sealed record LinearProbeSettings
{
    /// <summary>Full-batch Adam steps, at least 1. Default 500.</summary>
    public int Iterations { get; init; } = 500;

    /// <summary>Adam's rate at the start, above 0; it falls to 0 along half a cosine (a probe has an end, unlike the stream). Default 0.01.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Weight decays (L2 on the weights, not the biases) of which the hold-out chooses one; the first of equal ones. Default 5e-6, 1e-4, 1e-3, 1e-2.</summary>
    public IReadOnlyList<double> WeightDecays { get; init; } = [5e-6, 1e-4, 1e-3, 1e-2];

    /// <summary>Share of the training rows that only chooses the weight decay, above 0 and below 1. Default 0.2.</summary>
    public double HoldoutShare { get; init; } = 0.2;

    /// <summary>Seed of the hold-out split; nothing else is random. Default 1.</summary>
    public int Seed { get; init; } = 1;

    internal void Validate()
    {
        if (Iterations < 1)
        {
            throw new ArgumentException($"{nameof(Iterations)} = {Iterations}: a probe needs at least one step (500 is usual).");
        }

        if (!(LearningRate > 0) || !double.IsFinite(LearningRate))
        {
            throw new ArgumentException($"{nameof(LearningRate)} = {LearningRate}: it must be above 0 (0.01 is usual).");
        }

        if (WeightDecays.Count == 0 || WeightDecays.Any(decay => !(decay >= 0) || !double.IsFinite(decay)))
        {
            throw new ArgumentException($"{nameof(WeightDecays)} = [{string.Join(", ", WeightDecays)}]: give one or more values of at least 0.");
        }

        if (!(HoldoutShare is > 0 and < 1))
        {
            throw new ArgumentException($"{nameof(HoldoutShare)} = {HoldoutShare}: it must lie between 0 and 1 (0.2 is usual).");
        }
    }
}
