using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.Pipeline.Kafka.Topics;

/// <summary>
/// Asks the brokers every few seconds whether they are there, over a connection of its own: a consumer that is paused and a producer that
/// has nothing to send do not notice that nobody would answer.
/// </summary>
public sealed class BrokerHeartbeat : IAsyncDisposable
{
    /// <summary>Pause between two questions.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _asking;
    private long _answered;

    private BrokerHeartbeat(IAdminClient admin, TimeProvider clock)
    {
        _clock = clock;
        _asking = Task.Run(() => AskAsync(admin));
    }

    /// <summary>Time since a broker last answered; null before the first answer.</summary>
    public TimeSpan? SinceAnswer => Volatile.Read(ref _answered) is > 0 and var then ? _clock.GetElapsedTime(then) : null;

    /// <summary>Begins to ask.</summary>
    /// <exception cref="KafkaSettingException">A setting cannot be used.</exception>
    public static BrokerHeartbeat Start(KafkaOptions options, string clientId, TimeProvider clock) =>
        new(new KafkaClients(options, clientId, NullLogger.Instance, clock).Admin(), clock); // What goes wrong is said by the clients that work.

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _asking.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task AskAsync(IAdminClient admin)
    {
        using var client = admin;
        using var timer = new PeriodicTimer(Every, _clock);
        try
        {
            do
            {
                if (await AnswersAsync(client).ConfigureAwait(false))
                {
                    Volatile.Write(ref _answered, _clock.GetTimestamp());
                }
            }
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task<bool> AnswersAsync(IAdminClient client)
    {
        try
        {
            await client.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = Patience }).WaitAsync(_stopping.Token).ConfigureAwait(false);
            return true;
        }
        catch (KafkaException)
        {
            return false;
        }
    }
}
