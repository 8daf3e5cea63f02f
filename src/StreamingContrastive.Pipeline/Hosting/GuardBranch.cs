using System.Globalization;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>
/// What a guard's trip becomes: a durable epoch at the last healthy checkpoint, with a lower rate and one attempt more. From there it is a
/// start like any other, in this process or the next. Going back behind published outputs is what the guard is for, so it asks
/// nobody: those records are trained and published again under the new epoch, and consumers take the higher epoch.
/// </summary>
internal sealed class GuardBranch(CheckpointStore store, EpochRecord current, GuardOptions options)
{
    /// <summary>Begins the epoch. The store's writer has ended, and nothing else may use the store.</summary>
    /// <returns>Why the run ends and where the next goes on.</returns>
    /// <exception cref="GuardExhaustedException">There were too many attempts; nothing was changed.</exception>
    /// <exception cref="LineageFencedException">A newer trainer is at work, and must not be fenced by this one.</exception>
    public GuardTrippedException Begin(GuardTrip trip)
    {
        store.EnsureNewest(current.Epoch);
        var healthy = store.NewestHealthy();
        var attempt = SucceededSinceRestore(healthy) ? 1 : current.Attempt + 1;
        if (attempt > options.MaxAttempts)
        {
            throw new GuardExhaustedException(string.Create(CultureInfo.InvariantCulture,
                $"{trip.Reason} (step {trip.Step}). Restoring did not help: {current.Attempt} of guards:maxAttempts = {options.MaxAttempts} attempts were made, the learning rate is at {current.LearningRateScale:0.####} of training:learningRate. The pipeline stops, its checkpoints are whole. Look at the input (a constant or broken source?), lower training:learningRate or raise objective:temperature, then 'reset PIPELINE --to CHECKPOINT' and start again; 'checkpoint list' shows the checkpoints."));
        }

        // Without a healthy one: where this epoch began. That state trained on before.
        var parent = healthy ?? current.Parent;
        var epoch = store.BeginEpoch(parent, new LineageRequest
        {
            AcceptRollback = true,
            LearningRateScale = current.LearningRateScale * options.RateFactor,
            Attempt = attempt,
            Retried = trip.Retried,
        });
        return new GuardTrippedException(string.Create(CultureInfo.InvariantCulture,
            $"{trip.Reason} (step {trip.Step}). Restoring {parent?.ToString() ?? "the very beginning"} in lineage epoch {epoch.Epoch}: attempt {attempt} of {options.MaxAttempts}, learning rate {epoch.LearningRateScale:0.####} of training:learningRate. What was trained after it is read and trained again."));
    }

    /// <summary>
    /// A checkpoint of after the last restore was seen to be healthy. That restore is the first of the newest epochs that share this
    /// attempt and rate: each restore lowers the rate, and later starts take both over.
    /// </summary>
    private bool SucceededSinceRestore(CheckpointName? healthy)
    {
        var restored = store.Epochs().Where(e => e.Epoch <= current.Epoch).Reverse()
            .TakeWhile(e => e.Attempt == current.Attempt && e.LearningRateScale.Equals(current.LearningRateScale))
            .LastOrDefault() ?? current;
        return healthy?.Epoch >= restored.Epoch;
    }
}
