using System.Text.RegularExpressions;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Pipeline.Kafka.Clients;

/// <summary>
/// Builds every Kafka client of the pipeline: settings from <see cref="KafkaClientSettings"/>, logs and errors to one logger, keys
/// and values as bytes. Whoever asks for a client owns it and disposes it.
/// </summary>
/// <param name="options">The kafka section.</param>
/// <param name="clientId">client.id, by which brokers name the client in their logs and quotas: the pipeline's name.</param>
/// <param name="logger">Where librdkafka's messages go.</param>
/// <param name="clock">Clock of the filter that keeps repeated messages out of the log.</param>
internal sealed partial class KafkaClients(KafkaOptions options, string clientId, ILogger logger, TimeProvider clock)
{
    /// <summary>A consumer; see <see cref="KafkaClientSettings.Consumer"/>. One thread must own Consume and Close.</summary>
    /// <param name="groupId">Consumer group.</param>
    /// <param name="groupInstanceId">Static member id, or null.</param>
    /// <param name="configure">Adds rebalance handlers; the log and error handlers are taken.</param>
    /// <param name="onError">Told of every error event, on a thread of the client; must not throw.</param>
    /// <exception cref="KafkaSettingException">librdkafka does not accept a setting.</exception>
    internal IConsumer<byte[], byte[]> Consumer(string groupId, string? groupInstanceId = null,
        Action<ConsumerBuilder<byte[], byte[]>>? configure = null, Action<Error>? onError = null)
    {
        var config = KafkaClientSettings.Consumer(options, clientId, groupId, groupInstanceId);
        var log = Log(config, onError);
        var builder = new ConsumerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, message) => log.OnLog(message))
            .SetErrorHandler((_, error) => log.OnError(error));
        configure?.Invoke(builder);
        return Build(builder.Build, config);
    }

    /// <summary>A producer; see <see cref="KafkaClientSettings.Producer"/>.</summary>
    /// <param name="transactionalId">transactional.id, or null for a producer without transactions.</param>
    /// <param name="onError">Told of every error event, fatal ones among them, on a thread of the client; must not throw.</param>
    /// <exception cref="KafkaSettingException">librdkafka does not accept a setting.</exception>
    internal IProducer<byte[], byte[]> Producer(string? transactionalId = null, Action<Error>? onError = null)
    {
        var config = KafkaClientSettings.Producer(options, clientId, transactionalId);
        var log = Log(config, onError);
        var builder = new ProducerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, message) => log.OnLog(message))
            .SetErrorHandler((_, error) => log.OnError(error));
        return Build(builder.Build, config);
    }

    /// <summary>An admin client.</summary>
    /// <param name="onError">Told of every error event, on a thread of the client; must not throw.</param>
    /// <exception cref="KafkaSettingException">librdkafka does not accept a setting.</exception>
    internal IAdminClient Admin(Action<Error>? onError = null)
    {
        var config = KafkaClientSettings.Admin(options, clientId);
        var log = Log(config, onError);
        var builder = new AdminClientBuilder(config)
            .SetLogHandler((_, message) => log.OnLog(message))
            .SetErrorHandler((_, error) => log.OnError(error));
        return Build(builder.Build, config);
    }

    private KafkaClientLog Log(ClientConfig config, Action<Error>? onError)
    {
        var secrets = config.Where(setting => KafkaSecrets.IsSecret(setting.Key)).ToArray();
        return new KafkaClientLog(logger, new RepeatFilter(clock), text => KafkaSecrets.Scrub(text, secrets), onError);
    }

    private T Build<T>(Func<T> build, ClientConfig config)
    {
        try
        {
            return build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException)
        {
            // The cause is not attached: its text could hold a secret that this message has been cleared of.
            throw new KafkaSettingException(Explain(KafkaSecrets.Scrub(e.Message.Trim().TrimEnd('.'), config)));
        }
    }

    private string Explain(string reason)
    {
        var setting = QuotedName().Matches(reason)
            .Select(match => KafkaClientSettings.Locate(options, match.Groups[1].Value))
            .FirstOrDefault(found => found is not null);
        return $"{setting ?? "A setting under kafka:"} is not accepted by librdkafka {Library.VersionString}: {reason}. " +
            "Names (case matters) and allowed values: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md";
    }

    // librdkafka quotes a setting in three ways: "x", `x`, and bare at the start ("ssl.key.pem failed: ...").
    [GeneratedRegex("(?:[\"`]|^)([a-zA-Z][a-zA-Z0-9._]*)(?:[\"`]|(?= ))")]
    private static partial Regex QuotedName();
}
