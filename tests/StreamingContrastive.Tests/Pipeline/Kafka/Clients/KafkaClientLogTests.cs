using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Clients;

public sealed class KafkaClientLogTests
{
    private readonly ListLogger _logger = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void OnLogAndOnError_OfTheSameLostConnection_WriteItOnceAsAWarning()
    {
        var log = Log();

        for (var i = 0; i < 20; i++)
        {
            log.OnLog(new LogMessage("rdkafka#1", SyslogLevel.Error, "FAIL", $"[thrd:h:1/bootstrap]: h:1/bootstrap: Connect to h:1 failed (after {i}ms in state CONNECT)"));
            log.OnError(new Error(ErrorCode.Local_Transport, $"h:1/bootstrap: Connect to h:1 failed (after {i}ms in state CONNECT)"));
        }

        _logger.Entries.ShouldBe([(LogLevel.Warning, 200, "Kafka client (FAIL): h:1/bootstrap: Connect to h:1 failed")]);
    }

    [Fact]
    public void OnLog_AfterTheWindow_WritesTheNumberOfRepeats()
    {
        var log = Log();

        log.OnLog(Line("x"));
        log.OnLog(Line("x"));
        _clock.Advance(RepeatFilter.Window);
        log.OnLog(Line("x"));

        _logger.Entries.Select(entry => entry.Text).ShouldBe(["Kafka client (F): x", "Kafka client (F): x (and 1 times since it was last written)"]);
    }

    [Fact]
    public void OnError_ThatIsFatal_IsCriticalAndPassedOn()
    {
        var seen = new List<Error>();
        var log = Log(onError: seen.Add);

        log.OnError(new Error(ErrorCode.Local_Fenced, "fenced by another", isFatal: true));
        log.OnError(new Error(ErrorCode.Local_Fenced, "fenced by another", isFatal: true));

        _logger.Entries.ShouldHaveSingleItem().Level.ShouldBe(LogLevel.Critical);
        seen.Count.ShouldBe(2);
    }

    [Fact]
    public void OnLog_OfATextWithASecret_WritesTheScrubbedText()
    {
        var log = Log(scrub: text => text.Replace("hunter2", "[hidden]", StringComparison.Ordinal));

        log.OnLog(Line("password hunter2"));

        _logger.Entries.ShouldHaveSingleItem().Text.ShouldBe("Kafka client (F): password [hidden]");
    }

    private static LogMessage Line(string text) => new("rdkafka#1", SyslogLevel.Info, "F", text);

    private KafkaClientLog Log(Func<string, string>? scrub = null, Action<Error>? onError = null) =>
        new(_logger, new RepeatFilter(_clock), scrub ?? (text => text), onError);
}
