using System.Text;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Telemetry;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Pipeline.Cluster.Security;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Host.Running;

/// <summary>
/// Runs a pipeline in this process until its bound, a failure, or a request to stop. A guard's trip is the one failure that it
/// starts again after by itself: the epoch to go on from is durable, and guards:maxAttempts ends the series.
/// </summary>
/// <param name="start">Starts a run; tests start one on a disk of theirs.</param>
internal sealed class PipelineRunner(Func<PipelineOptions, PipelineRunSettings, CancellationToken, Task<PipelineRun>>? start = null) : IPipelineRunner
{
    // Together below the command line's own limit, so that what is left undone is said and not cut off.
    private static readonly TimeSpan StopTimeout = CommandLineProgram.TerminationTimeout - TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(4);

    private readonly Func<PipelineOptions, PipelineRunSettings, CancellationToken, Task<PipelineRun>> _start = start ?? PipelineRun.StartAsync;

    /// <inheritdoc />
    public async Task<int> RunAsync(PipelineRunRequest request, ProgramContext context, CancellationToken cancellation)
    {
        using var export = TelemetryExport.Start(context.Environment);
        using var metrics = new PipelineMetrics(request.Pipeline.Options.Name, context.Clock);
        using var logging = ProgramContext.CreateLog(request.Verbose, export: export);
        var log = logging.CreateLogger("Pipeline");
        foreach (var (section, values) in EffectiveConfiguration.Sections(request.Pipeline.Options))
        {
            log.LogDebug("Configuration of {Section}: {Values}", section, values);
        }

        long? target = request.MaxRecords is { } records ? records + Consumed(request) : null;
        var (board, operations) = (new ProgressBoard(), new OperationsBoard());
        var subject = new DashboardSubject(request.Pipeline.Options, board, metrics.Stages, logging, context.Clock) { Target = target, Operations = operations };
        await using var dashboard = await WebDashboard.TryStartAsync(request.Web, subject, context.Out, context.Error).ConfigureAwait(false);
        var settings = new PipelineRunSettings
        {
            StopAfterRecords = target,
            Progress = board,
            Operations = operations,
            CertificatePassword = context.Environment.GetValueOrDefault(TlsOptions.PasswordVariable),
            SampleRecords = dashboard is null ? 0 : DashboardSubject.SampleRecords,
            EffectiveConfiguration = Encoding.UTF8.GetBytes(EffectiveConfiguration.ToJson(request.Pipeline.Options)),
            AcceptRollback = request.AcceptRollback,
            Rewarm = request.Rewarm,
            AuditFile = request.AuditFile,
            Metrics = metrics,
            Logging = logging,
            Clock = context.Clock,
        };
        if (request.Pipeline.Options.Cluster.Roles.Length > 0)
        {
            await ClusterRunner.RunAsync(request, settings, context, log, cancellation).ConfigureAwait(false);
            return ExitCodes.Ok;
        }

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

    private async Task RunOnceAsync(PipelineRunRequest request, PipelineRunSettings settings, ProgramContext context, ILogger log, CancellationToken cancellation)
    {
        var run = await _start(request.Pipeline.Options, settings, cancellation).ConfigureAwait(false);
        var followed = FollowAsync(run, context, log, cancellation);
        await Task.WhenAny(followed).ConfigureAwait(false); // Its failure is thrown below, once the run is closed.
        if (!await IsClosedInTimeAsync(run, context.Clock).ConfigureAwait(false))
        {
            log.LogWarning("Closing took longer than {Seconds:0} s (does a disk or a broker hang?); the end of the process closes what is left", CloseTimeout.TotalSeconds);
            if (followed.Exception?.InnerException is GuardTrippedException trip)
            {
                throw new TimeoutException($"{trip.Message} It could not be closed, so this process ends; the next start goes on from there.", trip);
            }
        }

        await followed.ConfigureAwait(false);
    }

    private static async Task FollowAsync(PipelineRun run, ProgramContext context, ILogger log, CancellationToken cancellation)
    {
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

    // A thread that hangs in the disk cannot be ended, and waiting for it would outlast the host's patience.
    private static async Task<bool> IsClosedInTimeAsync(PipelineRun run, TimeProvider clock)
    {
        var closing = Task.Run(async () => await run.DisposeAsync().ConfigureAwait(false));
        try
        {
            await closing.WaitAsync(CloseTimeout, clock).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException) when (!closing.IsCompleted)
        {
            return false;
        }
    }

    private static long Consumed(PipelineRunRequest request) => DurableLineage.Newest(request.Pipeline.Options, request.AcceptRollback)?.Consumed ?? 0;
}
