using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.Pipeline.Kafka.Topics;

/// <summary>Tries until an attempt succeeds or the time is up, and says after every failure which address does not answer.</summary>
internal sealed class ConnectLoop(string address, TimeSpan connectTimeout, ILogger logger, TimeProvider clock)
{
    /// <summary>Longest single attempt: the first word about a dead address comes within this time.</summary>
    internal static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Pauses between attempts.</summary>
    internal static readonly Backoff Pauses = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(10));

    /// <summary>Runs it.</summary>
    /// <param name="attempt">One attempt that takes at most the given time.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="BrokerUnavailableException">The time is up.</exception>
    internal async Task<T> RunAsync<T>(Func<TimeSpan, CancellationToken, Task<T>> attempt, CancellationToken cancel)
    {
        var start = clock.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            var left = connectTimeout - clock.GetElapsedTime(start);
            AttemptFailedException failure;
            try
            {
                return await attempt(left > TimeSpan.Zero && left < AttemptTimeout ? left : AttemptTimeout, cancel).ConfigureAwait(false);
            }
            catch (AttemptFailedException e)
            {
                failure = e;
            }

            var elapsed = clock.GetElapsedTime(start);
            var pause = Pauses.After(failures);
            if (elapsed + pause >= connectTimeout)
            {
                throw new BrokerUnavailableException(
                    $"No Kafka broker answered at {address} within {elapsed.TotalSeconds:0.0} s ({failures} attempt(s)). Last error: {failure.Message}. " +
                    $"{failure.Advice} To wait longer, raise kafka:connectTimeout (--connect-timeout).");
            }

            KafkaLogEvents.BrokerAway(logger, address, elapsed.TotalSeconds, failure.Message, pause.TotalSeconds);
            await Task.Delay(pause, clock, cancel).ConfigureAwait(false);
        }
    }
}
