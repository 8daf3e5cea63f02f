using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Operations;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>Asks the trainer how it is. Answered by <see cref="TrainerDescribed"/>.</summary>
internal sealed record DescribeTrainer : IClusterMessage
{
    public static readonly DescribeTrainer Instance = new();
}

/// <summary>How the trainer is.</summary>
internal sealed record TrainerDescribed(TrainerStatus Status) : IClusterMessage;

/// <summary>Grant no more credit, or grant it again. Answered by <see cref="OperationAnswered"/>.</summary>
internal sealed record PauseTraining(bool IsPaused) : IClusterMessage;

/// <summary>Take a checkpoint now. Answered by <see cref="OperationAnswered"/> when it is durable.</summary>
internal sealed record TakeCheckpoint : IClusterMessage
{
    public static readonly TakeCheckpoint Instance = new();
}

/// <summary>The trainer's node leaves and hands over to a standby. Answered by <see cref="OperationAnswered"/> before it does.</summary>
internal sealed record StepDown : IClusterMessage
{
    public static readonly StepDown Instance = new();
}

/// <summary>What became of what an operator asked for.</summary>
internal sealed record OperationAnswered(OperationResult Result) : IClusterMessage;
