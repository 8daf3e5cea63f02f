using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Web;

namespace StreamingContrastive.Host.Commands;

/// <summary>What <c>run</c> was asked for.</summary>
/// <param name="Pipeline">The validated pipeline.</param>
/// <param name="MaxRecords">Consumed records after which the run ends, its remainder trained; null to run until it is stopped.</param>
/// <param name="AcceptRollback">Go on below a model version that was already announced.</param>
/// <param name="Rewarm">Re-warm the trainer from its first step on.</param>
/// <param name="AuditFile">File to append what was passed to; null for none.</param>
/// <param name="Verbose">Log debug messages.</param>
/// <param name="Web">The dashboard.</param>
internal sealed record PipelineRunRequest(LoadedPipeline Pipeline, long? MaxRecords, bool AcceptRollback, bool Rewarm, string? AuditFile, bool Verbose, WebSettings Web);

/// <summary>Runs a pipeline in this process.</summary>
internal interface IPipelineRunner
{
    /// <summary>
    /// Runs until the records are used up or <paramref name="cancellation"/> (Ctrl-C, SIGTERM) asks to drain, checkpoint and leave.
    /// Returns an exit code; failures are thrown.
    /// </summary>
    public Task<int> RunAsync(PipelineRunRequest request, ProgramContext context, CancellationToken cancellation);
}
