using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Learning.Optimization;

/// <summary>The learning rate of a step. Never turns back: a stream has no end to aim a cosine at.</summary>
internal static class LearningRate
{
    /// <summary>Rate of a step after a re-warm: for its steps the rate of <see cref="At(TrainingOptions, long)"/> times the re-warm's factor, then that rate again.</summary>
    public static double At(TrainingOptions options, long step, long? rewarmedAt) =>
        rewarmedAt is { } start && step >= start && step - start < options.RewarmSteps ? At(options, step) * options.RewarmRateFactor : At(options, step);

    /// <summary>Rate of the step with that number, counted from 0: linear warm-up, then constant or proportional to 1/sqrt(t).</summary>
    public static double At(TrainingOptions options, long step)
    {
        var t = step + 1;
        var warmup = Math.Max(options.WarmupSteps, 1);
        if (t < warmup)
        {
            return options.LearningRate * t / warmup;
        }

        return options.Schedule == RateSchedule.Constant
            ? options.LearningRate
            : options.LearningRate * Math.Sqrt(warmup / (double)t);
    }
}
