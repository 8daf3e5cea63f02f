using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Learning.Momentum;

/// <summary>
/// The EMA coefficient of a step. A stream has no last step, so there is no cosine to follow (beyond its end MoCo v3's turns back):
/// constant, or m_t = min(ceiling, 1 - (1 - m0) / (1 + t / tau)), which rises for ever towards its ceiling (learning.md 1.2). A re-warm
/// holds m0 for its steps and lets the rise begin anew.
/// </summary>
internal static class MomentumSchedule
{
    /// <summary>Coefficient of the step with that number, counted from 0.</summary>
    /// <param name="options">m0, schedule, ceiling, tau, length of a re-warm.</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="rewarmedAt">First step of the last re-warm; null for none.</param>
    public static double At(TrainingOptions options, long step, long? rewarmedAt)
    {
        if (options.MomentumSchedule == MomentumScheduleKind.Constant)
        {
            return options.Momentum;
        }

        var t = rewarmedAt is { } start ? Math.Max(0, step - start - options.RewarmSteps) : step;
        return Math.Min(options.MomentumCeiling, 1 - ((1 - options.Momentum) / (1 + (t / (double)options.MomentumRiseSteps))));
    }
}
