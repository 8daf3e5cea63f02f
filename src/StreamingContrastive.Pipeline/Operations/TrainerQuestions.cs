using Akka.Actor;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Operations;

/// <summary>Asks the trainer on behalf of a person, through whatever leads to it.</summary>
internal static class TrainerQuestions
{
    // A trainer between two steps of a large encoder; one that takes over does not answer at all.
    private static readonly TimeSpan StatusPatience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan CheckpointPatience = TimeSpan.FromSeconds(100);

    /// <summary>How the trainer is; null while none answers.</summary>
    public static async Task<TrainerStatus?> DescribeAsync(ICanTell trainer, CancellationToken cancellation)
    {
        try
        {
            return (await trainer.Ask<TrainerDescribed>(DescribeTrainer.Instance, StatusPatience, cancellation).ConfigureAwait(false)).Status;
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }

    /// <summary>Does something.</summary>
    public static async Task<OperationResult> DoAsync(ICanTell trainer, PipelineOperation operation, CancellationToken cancellation)
    {
        object question = operation switch
        {
            PipelineOperation.Pause => new PauseTraining(IsPaused: true),
            PipelineOperation.Resume => new PauseTraining(IsPaused: false),
            PipelineOperation.Checkpoint => TakeCheckpoint.Instance,
            PipelineOperation.StepDown => StepDown.Instance,
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "There is no such operation."),
        };
        var patience = operation == PipelineOperation.Checkpoint ? CheckpointPatience : StatusPatience;
        try
        {
            return (await trainer.Ask<OperationAnswered>(question, patience, cancellation).ConfigureAwait(false)).Result;
        }
        catch (AskTimeoutException)
        {
            return new OperationResult(IsDone: false, $"The trainer did not answer within {patience.TotalSeconds:0} s: one is being started or takes over, or this one is busy. 'cluster status' shows what there is; ask again.");
        }
    }
}
