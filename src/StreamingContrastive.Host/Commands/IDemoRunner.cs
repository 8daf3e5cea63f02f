using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Web;

namespace StreamingContrastive.Host.Commands;

/// <summary>What <c>demo</c> was asked for.</summary>
/// <param name="DataDirectory">Folder with the full data set; null for the bundled 10,000 pictures.</param>
/// <param name="MaxRecords">Records after which it ends; null for its own default.</param>
/// <param name="MaxTime">Time after which it ends; null for none.</param>
/// <param name="Passes">Times that the data set is streamed; null for its own default.</param>
/// <param name="ReportFile">Where the result is written as JSON; null for nowhere.</param>
/// <param name="CompareBare">Also time the bare training loop.</param>
/// <param name="Fresh">Forget the state of an earlier demo.</param>
/// <param name="Png">Send PNG files instead of raw pixels.</param>
/// <param name="PoisonShare">Share of records that cannot be decoded.</param>
/// <param name="Assignments">What --set replaces.</param>
/// <param name="Verbose">Log debug messages.</param>
/// <param name="Web">The dashboard.</param>
internal sealed record DemoRequest(
    string? DataDirectory,
    long? MaxRecords,
    TimeSpan? MaxTime,
    long? Passes,
    string? ReportFile,
    bool CompareBare,
    bool Fresh,
    bool Png,
    double PoisonShare,
    IReadOnlyList<Assignment> Assignments,
    bool Verbose,
    WebSettings Web);

/// <summary>Runs the demo.</summary>
internal interface IDemoRunner
{
    /// <summary>Runs until its bound or until <paramref name="cancellation"/>; returns an exit code, failures are thrown.</summary>
    public Task<int> RunAsync(DemoRequest request, ProgramContext context, CancellationToken cancellation);
}
