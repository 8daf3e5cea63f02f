using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>What the objective's policies took from the negatives over the measured steps, and how much of it was of the anchor's class.</summary>
internal sealed class RemovedShare
{
    private int _steps;
    private int _offeredSteps;
    private double _removed;
    private double _sameLabel;
    private double _offered;

    /// <summary>Means over the measured steps, weighted by what was removed; empty where nothing was.</summary>
    public IReadOnlyDictionary<string, double> Figures => _removed == 0 ? new Dictionary<string, double>() : new Dictionary<string, double>
    {
        [EvaluationNames.Removed] = _removed / _steps,
        [EvaluationNames.RemovedSameLabel] = _sameLabel / _removed,
        [EvaluationNames.OfferedSameLabel] = _offered / _offeredSteps,
    };

    /// <summary>Takes a step's measures where it has them; whether the step was applied.</summary>
    public bool Observe(StepOutcome outcome)
    {
        if (outcome.Metrics is { } metrics)
        {
            _steps++;
            _removed += metrics.RemovedNegatives;
            _sameLabel += metrics.RemovedNegatives * (metrics.RemovedSameLabelShare ?? 0);
            if (metrics.OfferedSameLabelShare is { } offered)
            {
                _offeredSteps++;
                _offered += offered;
            }
        }

        return outcome.IsApplied;
    }
}
