using System.Text;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Host.Running;

/// <summary>
/// Runs a pipeline in this process until its bound, a failure, or a request to stop. A guard's trip is the one failure that it
/// starts again after by itself: the epoch to go on from is durable, and guards:maxAttempts ends the series.
/// </summary>
internal sealed class PipelineRunner : IPipelineRunner
{
    // Below the command line's own limit, so that what is left undone is said and not cut off.
    private static readonly TimeSpan StopTimeout = CommandLineProgram.TerminationTimeout - TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public async Task<int> RunAsync(PipelineRunRequest request, ProgramContext context, CancellationToken cancellation)
    {
        using var logging = ProgramContext.CreateLog(request.Verbose);
        var log = logging.CreateLogger("Pipeline");
        var configuration = EffectiveConfiguration.ToJson(request.Pipeline.Options);
        log.LogInformation("Effective configuration: {Configuration}", configuration.ReplaceLineEndings(" "));
        long? target = request.MaxRecords is { } records ? records + Consumed(request) : null;
        var board = new ProgressBoard();
        var subject = new DashboardSubject(request.Pipeline.Options, board, logging, context.Clock) { Target = target };
        await using var dashboard = await WebDashboard.TryStartAsync(request.Web, subject, context.Out, context.Error).ConfigureAwait(false);
        var settings = new PipelineRunSettings
        {
            StopAfterRecords = target,
            Progress = board,
            SampleRecords = dashboard is null ? 0 : DashboardSubject.SampleRecords,
            EffectiveConfiguration = Encoding.UTF8.GetBytes(configuration),
            AcceptRollback = request.AcceptRollback,
            Rewarm = request.Rewarm,
            AuditFile = request.AuditFile,
            Logging = logging,
            Clock = context.Clock,
        };
        while (true)
        {
            try
            {
                await RunOnceAsync(request, settings, context, log, cancellation).ConfigureAwait(false);
                return ExitCodes.Ok;
            }
            catch (GuardTrippedException trip)
            {
                log.LogWarning("{Trip}", trip.Message);
                settings = settings with { Rewarm = false }; // It was asked for the stream, not for the way back from a trip.
                if (cancellation.IsCancellationRequested)
                {
                    return ExitCodes.Ok; // The epoch is durable; there is nothing to drain.
                }
            }
        }
    }

    private static async Task RunOnceAsync(PipelineRunRequest request, PipelineRunSettings settings, ProgramContext context, ILogger log, CancellationToken cancellation)
    {
        await using var run = await PipelineRun.StartAsync(request.Pipeline.Options, settings, cancellation).ConfigureAwait(false);
        var view = new ProgressLines(run.Progress, context.Out, context.Clock);
        await view.UntilAsync(run.Completion, cancellation).ConfigureAwait(false);
        if (!run.Completion.IsCompleted)
        {
            log.LogInformation("Stopping: leaving the group, writing the last checkpoint, publishing its outputs");
            await StopAsync(run, context.Clock).ConfigureAwait(false);
        }

        await run.Completion.ConfigureAwait(false);
        view.Write("stopped");
    }

    private static async Task StopAsync(PipelineRun run, TimeProvider clock)
    {
        try
        {
            await run.StopAsync(CancellationToken.None).WaitAsync(StopTimeout, clock).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(
                $"Stopping took longer than {StopTimeout.TotalSeconds:0} s: the last checkpoint or its outputs are not acknowledged (is a broker away, or the disk slow?). Nothing is lost: the next start sends them again and trains on from the last durable checkpoint.", e);
        }
    }

    private static long Consumed(PipelineRunRequest request) => DurableLineage.Newest(request.Pipeline.Options, request.AcceptRollback)?.Consumed ?? 0;
}
