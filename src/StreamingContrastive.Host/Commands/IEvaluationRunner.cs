using StreamingContrastive.Host.Evaluation;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Commands;

/// <summary>What <c>evaluate</c> was asked for.</summary>
/// <param name="Options">The validated pipeline.</param>
/// <param name="ReportFile">Where the result is written as JSON, and where finished parts of an earlier run stand.</param>
/// <param name="DataDirectory">Folder with the full data set; null for the bundled 10,000 pictures.</param>
/// <param name="Parts">Rows of the table; null for those that the data set usually has.</param>
/// <param name="Seeds">Seeds; null for the pipeline's own.</param>
/// <param name="Steps">Optimizer steps of every trained row; null for one pass over the pictures.</param>
/// <param name="Split">Which pictures are asked about.</param>
/// <param name="BankRows">Rows of kNN's bank and the linear probe; null for the data set's own.</param>
/// <param name="LabelShare">Share of the training pictures whose labels training may see, above 0 and at most 1.</param>
/// <param name="Pictures">Different pictures that encoders are trained on, the first ones; null for all.</param>
/// <param name="RepeatShare">Share of those that the streamed row is sent a second time under the same id, 0 to 1.</param>
internal sealed record EvaluationRequest(
    PipelineOptions Options,
    string ReportFile,
    string? DataDirectory,
    IReadOnlyList<EvaluationPart>? Parts,
    IReadOnlyList<ulong>? Seeds,
    long? Steps,
    EvaluationSplit Split,
    long? BankRows,
    double LabelShare,
    long? Pictures = null,
    double RepeatShare = 0);

/// <summary>Runs an evaluation.</summary>
internal interface IEvaluationRunner
{
    /// <summary>Runs what the report does not hold yet; returns an exit code, failures are thrown.</summary>
    public Task<int> RunAsync(EvaluationRequest request, ProgramContext context, CancellationToken cancellation);
}
