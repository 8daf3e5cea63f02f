using System.Text;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Pipeline.Hosting;

namespace StreamingContrastive.Host.Running;

/// <summary>Runs a pipeline in this process until its bound, a failure, or a request to stop.</summary>
internal sealed class PipelineRunner : IPipelineRunner
{
    /// <inheritdoc />
    public async Task<int> RunAsync(PipelineRunRequest request, ProgramContext context, CancellationToken cancellation)
    {
        using var logging = ProgramContext.CreateLog(request.Verbose);
        var log = logging.CreateLogger("Pipeline");
        var configuration = EffectiveConfiguration.ToJson(request.Pipeline.Options);
        log.LogInformation("Effective configuration: {Configuration}", configuration.ReplaceLineEndings(" "));
        var settings = new PipelineRunSettings
        {
            StopAfterRecords = request.MaxRecords is { } records ? records + Consumed(request) : null,
            EffectiveConfiguration = Encoding.UTF8.GetBytes(configuration),
            AcceptRollback = request.AcceptRollback,
            AuditFile = request.AuditFile,
            Logging = logging,
            Clock = context.Clock,
        };
        await using var run = await PipelineRun.StartAsync(request.Pipeline.Options, settings, cancellation).ConfigureAwait(false);
        var view = new ProgressLines(run.Progress, context.Out, context.Clock);
        await view.UntilAsync(run.Completion, cancellation).ConfigureAwait(false);
        if (!run.Completion.IsCompleted)
        {
            log.LogInformation("Stopping: leaving the group, writing the last checkpoint, publishing its outputs");
            await run.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await run.Completion.ConfigureAwait(false);
        view.Write("stopped");
        return ExitCodes.Ok;
    }

    private static long Consumed(PipelineRunRequest request) => DurableLineage.Newest(request.Pipeline.Options, request.AcceptRollback)?.Consumed ?? 0;
}
