using System.Collections;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Telemetry;
using StreamingContrastive.Host.Terminal;

namespace StreamingContrastive.Host.Commands;

/// <summary>What every command may use of the world outside; tests pass their own.</summary>
/// <param name="Out">Results: standard output.</param>
/// <param name="Error">Messages and the log: standard error, so that results can be piped.</param>
/// <param name="Environment">Environment variables.</param>
/// <param name="Files">Where pipeline files are.</param>
/// <param name="Clock">The clock.</param>
internal sealed record ProgramContext(
    TextWriter Out,
    TextWriter Error,
    IReadOnlyDictionary<string, string> Environment,
    PipelineFiles Files,
    TimeProvider Clock)
{
    /// <summary>The context of this process.</summary>
    public static ProgramContext OfThisProcess() => new(
        Console.Out,
        Console.Error,
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal),
        PipelineFiles.OfThisProcess(),
        TimeProvider.System);

    /// <summary>
    /// The log of one command: single lines on standard error, <paramref name="level"/> and above, everything with --verbose; exported too
    /// where <paramref name="export"/> is asked to.
    /// </summary>
    public static ILoggerFactory CreateLog(bool verbose, LogLevel level = LogLevel.Information, TelemetryExport? export = null) => LoggerFactory.Create(log =>
    {
        ConsoleLog.Add(log, verbose ? LogLevel.Debug : level);
        export?.AddLogs(log);
    });
}
