using Microsoft.Extensions.Logging;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Hosting;

namespace StreamingContrastive.Host.Running;

/// <summary>Runs a node of a cluster in this process until a bound, a failure, or a request to stop.</summary>
internal static class ClusterRunner
{
    private static readonly TimeSpan StopTimeout = CommandLineProgram.TerminationTimeout - TimeSpan.FromSeconds(2);

    // What a failed node still does in order: it tells the others, so that the standby need not find out.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Runs it, again after it has stepped down; failures are thrown once the node is closed.</summary>
    public static async Task RunAsync(PipelineRunRequest request, PipelineRunSettings settings, ProgramContext context, ILogger log, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await RunOnceAsync(request, settings, context, log, cancellation).ConfigureAwait(false);
                return;
            }
            catch (SteppedDownException stepped) when (!cancellation.IsCancellationRequested)
            {
                log.LogInformation("{Stepped}", stepped.Message);
                settings = settings with { Rewarm = false }; // It was asked for the run that has ended.
            }
        }
    }

    private static async Task RunOnceAsync(PipelineRunRequest request, PipelineRunSettings settings, ProgramContext context, ILogger log, CancellationToken cancellation)
    {
        var options = request.Pipeline.Options;
        var run = await ClusterRun.StartAsync(options, settings, cancellation).ConfigureAwait(false);
        log.LogInformation("This node ({Roles}) is a member of the cluster {Name}", options.Cluster.Roles, options.Cluster.SystemName);
        var followed = FollowAsync(run, context, log, cancellation);
        await Task.WhenAny(followed).ConfigureAwait(false); // Its failure is thrown below, once the node is closed.
        if (followed is { IsFaulted: true, Exception.InnerException: not SteppedDownException })
        {
            log.LogError("{Reason}", followed.Exception.GetBaseException().Message); // Closing takes a while.
        }

        await CloseAsync(run, log, context.Clock).ConfigureAwait(false);
        await followed.ConfigureAwait(false);
    }

    private static async Task FollowAsync(ClusterRun run, ProgramContext context, ILogger log, CancellationToken cancellation)
    {
        var view = new ProgressLines(run.Progress, context.Out, context.Clock);
        await view.UntilAsync(run.Completion, cancellation).ConfigureAwait(false);
        if (!run.Completion.IsCompleted)
        {
            log.LogInformation("Stopping: leaving the group, handing over, leaving the cluster");
            await run.StopAsync().WaitAsync(StopTimeout, context.Clock, CancellationToken.None).ConfigureAwait(false);
        }

        await run.Completion.ConfigureAwait(false);
        view.Write("stopped");
    }

    private static async Task CloseAsync(ClusterRun run, ILogger log, TimeProvider clock)
    {
        var closing = Task.Run(async () => await run.DisposeAsync().ConfigureAwait(false));
        try
        {
            await closing.WaitAsync(CloseTimeout, clock).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!closing.IsCompleted)
        {
            log.LogWarning("Closing took longer than {Seconds:0} s; the end of the process closes what is left", CloseTimeout.TotalSeconds);
        }
    }
}
