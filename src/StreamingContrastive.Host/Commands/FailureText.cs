using System.Reflection;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Terminal;
using StreamingContrastive.Pipeline.Cluster.Security;
using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.Host.Commands;

/// <summary>Turns a failure into an exit code and one paragraph for a person; the stack trace is shown with --verbose only.</summary>
internal static class FailureText
{
    /// <summary>Exit code of a failure.</summary>
    public static int ExitCodeOf(Exception failure) =>
        Unwrap(failure) is ConfigurationException or KafkaSettingException or ClusterSecurityException or UsageException ? ExitCodes.Usage : ExitCodes.Failed;

    /// <summary>The paragraph: the message, and those of inner failures that say something new; safe to show, whatever it quotes.</summary>
    public static string Of(Exception failure, bool verbose) => SafeText.Lines(Words(failure, verbose));

    private static string Words(Exception failure, bool verbose)
    {
        var outer = Unwrap(failure);
        if (verbose)
        {
            return outer.ToString();
        }

        if (outer is OperationCanceledException)
        {
            return "Stopped before it was done.";
        }

        var text = outer.Message.TrimEnd();
        for (var inner = outer.InnerException; inner is not null; inner = inner.InnerException)
        {
            var more = inner.Message.Trim();
            if (!text.Contains(more, StringComparison.Ordinal))
            {
                text = $"{text} {more}";
            }
        }

        return text;
    }

    // Wrappers whose own message says nothing.
    private static Exception Unwrap(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions.Count: 1, InnerException: { } only } => Unwrap(only),
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        TypeInitializationException { InnerException: { } inner } => Unwrap(inner),
        _ => failure,
    };
}
