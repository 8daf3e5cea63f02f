using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace StreamingContrastive.Host.Terminal;

/// <summary>The console log: one provider, single lines, on standard error, so that results on standard output can be piped.</summary>
internal static class ConsoleLog
{
    /// <summary>Replaces the default providers, so that nothing is logged twice.</summary>
    /// <param name="log">The logging that is being built.</param>
    /// <param name="level">The lowest level that is shown.</param>
    public static void Add(ILoggingBuilder log, LogLevel level)
    {
        log.ClearProviders();
        log.SetMinimumLevel(level);
        log.AddFilter("Microsoft", LogLevel.Warning);
        log.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // That the web server cannot start is thrown as well, and said once.
        log.AddFilter("Microsoft.AspNetCore", LogLevel.Error); // Whoever can connect must not be able to fill the log.
        log.AddSimpleConsole(line =>
        {
            line.SingleLine = true;
            line.TimestampFormat = "HH:mm:ss ";
            line.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        log.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
