namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>Where the trainer leaves its progress and others look at it, without a lock on the trainer's path.</summary>
public sealed class ProgressBoard
{
    private volatile PipelineProgress _current = new();
    private volatile TaskCompletionSource _changed = NewSignal();

    /// <summary>The newest progress.</summary>
    public PipelineProgress Current => _current;

    /// <summary>Completes at the next change after this call.</summary>
    public Task ChangedAsync(CancellationToken cancellation) => _changed.Task.WaitAsync(cancellation);

    /// <summary>Replaces the progress and wakes who waits.</summary>
    internal void Publish(PipelineProgress progress)
    {
        _current = progress;
        Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
