namespace StreamingContrastive.Host.Running;

/// <summary>Shows a running pipeline to a person.</summary>
internal interface IProgressView
{
    /// <summary>Shows progress until the run ends, or is asked to stop; never throws for either.</summary>
    public Task UntilAsync(Task completion, CancellationToken cancellation);
}
