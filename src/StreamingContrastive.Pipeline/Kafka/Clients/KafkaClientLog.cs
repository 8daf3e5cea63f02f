using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamingContrastive.Pipeline.Kafka.Clients;

/// <summary>
/// Passes what one client says to a logger, each thing once: librdkafka reports a lost connection as a log line and again as an
/// error event, and repeats both at every attempt to reconnect, hundreds of times a minute. Called on the client's own threads.
/// </summary>
internal sealed class KafkaClientLog(ILogger logger, RepeatFilter filter, Func<string, string> scrub, Action<Error>? onError)
{
    /// <summary>A log line of librdkafka.</summary>
    internal void OnLog(LogMessage message) => Write(LevelOf(message), message.Facility, message.Message);

    /// <summary>An error event. All but fatal ones are news: the client goes on trying by itself.</summary>
    internal void OnError(Error error)
    {
        Write(error.IsFatal ? LogLevel.Critical : LogLevel.Warning, error.Code.ToString(), error.Reason);
        onError?.Invoke(error);
    }

    private static LogLevel LevelOf(LogMessage message) => message.Level switch
    {
        SyslogLevel.Emergency or SyslogLevel.Alert or SyslogLevel.Critical => LogLevel.Critical,
        // FAIL: a connection failed and will be tried again.
        SyslogLevel.Error => message.Facility == "FAIL" ? LogLevel.Warning : LogLevel.Error,
        SyslogLevel.Warning => LogLevel.Warning,
        SyslogLevel.Notice or SyslogLevel.Info => LogLevel.Information,
        _ => LogLevel.Debug,
    };

    /// <summary>The part of "[thrd:main]: host:port/1: text (after 3ms in state CONNECT)" that stays the same at every repetition.</summary>
    internal static string Matter(string text)
    {
        var start = text.StartsWith("[thrd:", StringComparison.Ordinal) ? text.IndexOf("]: ", StringComparison.Ordinal) + 3 : 0;
        start = start < 3 ? 0 : start;
        var end = text.IndexOf(" (after ", start, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    private void Write(LogLevel level, string facility, string text)
    {
        var matter = Matter(text);
        if (!filter.Admit(matter, out var repeats))
        {
            return;
        }

        if (repeats == 0)
        {
            KafkaLogEvents.ClientSaid(logger, level, facility, scrub(matter));
        }
        else
        {
            KafkaLogEvents.ClientSaidAgain(logger, level, facility, scrub(matter), repeats);
        }
    }
}
