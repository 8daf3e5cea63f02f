namespace StreamingContrastive.Pipeline.Operations;

/// <summary>What a person may ask of a running pipeline, at whatever node.</summary>
public interface IPipelineOperations
{
    /// <summary>How it is.</summary>
    Task<PipelineStatus> StatusAsync(CancellationToken cancellation);

    /// <summary>Does something. A refusal is an answer, not an exception.</summary>
    Task<OperationResult> DoAsync(PipelineOperation operation, CancellationToken cancellation);
}

/// <summary>What can be asked for.</summary>
public enum PipelineOperation
{
    /// <summary>Grant no more credit: training stops when what was granted is trained. Ends with <see cref="Resume"/>, or with the next trainer.</summary>
    Pause,

    /// <summary>Grant credit again.</summary>
    Resume,

    /// <summary>Take a checkpoint now and publish its outputs; answered when it is durable.</summary>
    Checkpoint,

    /// <summary>The trainer's node drains, writes a checkpoint, publishes it and hands over to a standby.</summary>
    StepDown,
}

/// <summary>What became of it.</summary>
/// <param name="IsDone">False for a refusal.</param>
/// <param name="Text">A sentence for a person.</param>
public sealed record OperationResult(bool IsDone, string Text);

/// <summary>Where the operations of the run that is under way are; others hold on to this, and runs come and go.</summary>
public sealed class OperationsBoard
{
    private IPipelineOperations? _current;

    /// <summary>The present run's; null while none runs.</summary>
    public IPipelineOperations? Current => Volatile.Read(ref _current);

    /// <summary>A run begins.</summary>
    public void Show(IPipelineOperations operations) => Volatile.Write(ref _current, operations);

    /// <summary>A run ends; a later one may have begun.</summary>
    public void Clear(IPipelineOperations operations) => Interlocked.CompareExchange(ref _current, null, operations);
}
