using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Tests.Pipeline.Kafka.Clients;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Topics;

public sealed class ConnectLoopTests
{
    private readonly FakeTimeProvider _clock = new() { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly ListLogger _logger = new();

    [Fact]
    public async Task RunAsync_WithABrokerThatComesLate_ReturnsItsAnswerAndHasNamedTheAddress()
    {
        var attempts = 0;
        var running = Loop(60).RunAsync(
            (timeout, _) =>
            {
                attempts++;
                _clock.Advance(timeout);
                return attempts < 4 ? throw new AttemptFailedException("refused", ErrorCode.Local_Transport) : Task.FromResult("here");
            },
            CancellationToken.None);
        Drive(running);

        (await running).ShouldBe("here");
        _logger.Entries.Select(entry => entry.Text).ShouldBe(
        [
            "No Kafka broker answers at broker:9092 after 3.0 s: refused. Next attempt in 0.5 s.",
            "No Kafka broker answers at broker:9092 after 6.5 s: refused. Next attempt in 1.0 s.",
            "No Kafka broker answers at broker:9092 after 10.5 s: refused. Next attempt in 2.0 s.",
        ]);
    }

    [Fact]
    public async Task RunAsync_WithADeadBroker_GivesUpWithinTheTimeoutAndTeaches()
    {
        var start = _clock.GetTimestamp();
        var running = Loop(20).RunAsync<string>(
            (timeout, _) =>
            {
                _clock.Advance(timeout);
                throw new AttemptFailedException("Connection refused", ErrorCode.Local_Transport);
            },
            CancellationToken.None);
        Drive(running);

        var e = await Should.ThrowAsync<BrokerUnavailableException>(() => running);
        _clock.GetElapsedTime(start).ShouldBeInRange(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20));
        e.Message.ShouldStartWith("No Kafka broker answered at broker:9092 within ");
        e.Message.ShouldContain("Last error: Connection refused. ");
        e.Message.ShouldContain("kafka:connectTimeout");
        e.Message.ShouldContain("broker --port 9092");
    }

    [Fact]
    public async Task RunAsync_WithATimeoutShorterThanAnAttempt_ShortensTheAttempt()
    {
        var timeouts = new List<TimeSpan>();
        var running = Loop(1).RunAsync<string>(
            (timeout, _) =>
            {
                timeouts.Add(timeout);
                _clock.Advance(timeout);
                throw new AttemptFailedException("refused", ErrorCode.Local_Transport);
            },
            CancellationToken.None);

        await Should.ThrowAsync<BrokerUnavailableException>(() => running);
        timeouts.ShouldBe([TimeSpan.FromSeconds(1)]);
    }

    [Fact]
    public async Task RunAsync_CancelledDuringAPause_EndsAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        var running = Loop(60).RunAsync<string>((_, _) => throw new AttemptFailedException("refused", ErrorCode.Local_Transport), cancel.Token);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData(ErrorCode.Local_Resolve, "advertised.listeners")]
    [InlineData(ErrorCode.Local_Ssl, "ssl.ca.location")]
    [InlineData(ErrorCode.Local_Authentication, "sasl.password.file")]
    [InlineData(ErrorCode.Local_Transport, "kafka:bootstrapServers")]
    public void AttemptFailedException_OfAnError_AdvisesWhereToLook(ErrorCode code, string expected) =>
        new AttemptFailedException("x", code).Advice.ShouldContain(expected);

    private ConnectLoop Loop(int seconds) => new("broker:9092", TimeSpan.FromSeconds(seconds), _logger, _clock);

    // The attempts are synchronous, so the loop is always either done or in a pause: continuations of a fake delay run inline.
    private void Drive(Task running)
    {
        for (var tick = 0; tick < 1000 && !running.IsCompleted; tick++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(500));
        }
    }
}
