using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.Pipeline.Kafka.Topics;

/// <summary>Asks a cluster who it is before anything else is started, so that a wrong address is one clear sentence.</summary>
public static class BrokerProbe
{
    /// <summary>
    /// Waits for the brokers of <see cref="KafkaOptions.BootstrapServers"/>. A dead address is named in the log after the first attempt
    /// (3 s; 9 s if it answers only in part) and after each further one, with pauses of 0.5, 1, 2, ... 10 s, until <see cref="KafkaOptions.ConnectTimeout"/>.
    /// </summary>
    /// <exception cref="BrokerUnavailableException">Nobody answered in time.</exception>
    /// <exception cref="KafkaSettingException">A setting cannot be used.</exception>
    public static async Task<BrokerInfo> ConnectAsync(KafkaOptions options, ILogger logger, TimeProvider clock, CancellationToken cancel = default)
    {
        // What the client itself says of a failure is part of our message; logged as well, it would be said twice.
        var clients = new KafkaClients(options, "probe", NullLogger.Instance, clock);
        var loop = new ConnectLoop(options.BootstrapServers, options.ConnectTimeout, logger, clock);
        var info = await loop.RunAsync((timeout, token) => AskAsync(clients, timeout, token), cancel).ConfigureAwait(false);
        KafkaLogEvents.BrokerFound(logger, info.ClusterId, options.BootstrapServers, info.Brokers.Count, info.Topics.Count);
        return info;
    }

    // A new client an attempt: names are looked up again, and none of its sockets is busy during the pauses.
    private static async Task<BrokerInfo> AskAsync(KafkaClients clients, TimeSpan timeout, CancellationToken cancel)
    {
        Error? last = null;
        using var admin = clients.Admin(error => last = Telling(last, error));
        try
        {
            var cluster = await admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = timeout }).WaitAsync(cancel).ConfigureAwait(false);
            var topics = await ClusterQueries.TopicsAsync(admin, timeout, cancel).ConfigureAwait(false);
            var brokers = cluster.Nodes.OrderBy(node => node.Id).Select(node => new BrokerAddress(node.Id, node.Host, node.Port)).ToArray();
            return new BrokerInfo(cluster.ClusterId, brokers, topics);
        }
        catch (KafkaException e)
        {
            var cause = last ?? e.Error;
            throw new AttemptFailedException(KafkaClientLog.Matter(cause.Reason), cause.Code);
        }
    }

    // "All brokers are down" follows the error that says why, and must not hide it.
    private static Error Telling(Error? before, Error now) => now.Code == ErrorCode.Local_AllBrokersDown ? before ?? now : now;
}
