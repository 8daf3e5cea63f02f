using System.Net;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Dispatch;
using Akka.Event;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace StreamingContrastive.Pipeline.Cluster.Security;

/// <summary>Hands the program's log to the actor system's.</summary>
/// <param name="logging">The program's log.</param>
/// <param name="strangers">Told of connections that came to nothing.</param>
internal sealed class RemotingLogSetup(ILoggerFactory logging, StrangerLog strangers) : Setup
{
    /// <summary>The program's log.</summary>
    public ILoggerFactory Logging { get; } = logging;

    /// <summary>Told of connections that came to nothing.</summary>
    public StrangerLog Strangers { get; } = strangers;
}

/// <summary>
/// The actor system's logger in a cluster: writes to the program's log. What a stranger's connection makes the transport say, with a stack
/// trace each time, goes to <see cref="StrangerLog"/> instead. Needs a <see cref="RemotingLogSetup"/>.
/// </summary>
internal sealed partial class RemotingLog : UntypedActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    /// <summary>HOCON that makes it the logger.</summary>
    public const string Hocon = """akka.loggers = ["StreamingContrastive.Pipeline.Cluster.Security.RemotingLog, StreamingContrastive.Pipeline"]""";

    private readonly RemotingLogSetup _setup = Context.System.Settings.Setup.Get<RemotingLogSetup>().Value;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                break;
            case LogEvent log:
                Write(log);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Write(LogEvent log)
    {
        var text = log.Message?.ToString() ?? "";
        if (StrangerIn(log, text) is { } reason)
        {
            _setup.Strangers.Refused(RemoteIn(text), reason);
            return;
        }

        // The sentence says it all or almost; the trace is there with --verbose.
        var logger = _setup.Logging.CreateLogger("Cluster");
        var level = LevelOf(log.LogLevel());
        if (logger.IsEnabled(level))
        {
            logger.Log(level, logger.IsEnabled(LogLevel.Debug) ? log.Cause : null, "{Message}{Cause}", text, log.Cause is { } cause ? $" {cause.Message}" : "");
        }
    }

    /// <summary>Why a connection that somebody opened to this node came to nothing; null where the event says something else.</summary>
    private static string? StrangerIn(LogEvent log, string text) => log.LogClass?.Name switch
    {
        "TcpTransport" when text.StartsWith("Mutual TLS required", StringComparison.Ordinal) => "it showed no certificate",
        "TcpServerHandler" when text.Contains("TLS", StringComparison.Ordinal) => "it did not get through the TLS handshake",
        "TcpServerHandler" when text.StartsWith("Error caught channel", StringComparison.Ordinal) => "it does not speak this protocol",
        _ => null,
    };

    private static IPEndPoint? RemoteIn(string text) => Remote().Match(text) is { Success: true } match && IPEndPoint.TryParse(match.Groups[1].Value, out var endpoint) ? endpoint : null;

    private static LogLevel LevelOf(Akka.Event.LogLevel level) => level switch
    {
        Akka.Event.LogLevel.DebugLevel => LogLevel.Debug,
        Akka.Event.LogLevel.InfoLevel => LogLevel.Debug, // Of every association and every gossip: more than anybody reads.
        Akka.Event.LogLevel.WarningLevel => LogLevel.Warning,
        _ => LogLevel.Error,
    };

    // "[local->remote](Id=...)", "from [remote]", "from remote".
    [GeneratedRegex(@"(?:->|from \[?)((?:\[[0-9a-fA-F:.%]+\]|[0-9.]+):\d+)")]
    private static partial Regex Remote();
}
