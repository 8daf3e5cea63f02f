using Microsoft.Extensions.Logging;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Kafka.Output.Transactions;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>
/// What a run writes to Kafka with: one producer for dead letters and for outputs that need no fence, and where output:delivery and the
/// brokers allow it one with a transactional.id.
/// </summary>
/// <remarks>
/// Opened before the lineage's epoch begins: a start that cannot have its transactional.id must not stop a trainer that has one. What a
/// predecessor left is decided when this returns, so the announcements that are read afterwards are the last word. Two trainers that start
/// at the same moment may take id and epoch in opposite order: then neither can both commit and publish, both stop at their first try,
/// and whichever is started again goes on.
/// </remarks>
internal sealed class PipelineOutput : IAsyncDisposable
{
    private readonly PipelineOptions _options;
    private readonly ILogger _log;
    private readonly TransactionalOutput? _transactions;

    private PipelineOutput(PipelineOptions options, OutputProducer producer, TransactionalOutput? transactions, ILogger log) =>
        (_options, Producer, _transactions, _log) = (options, producer, transactions, log);

    /// <summary>The producer without transactions.</summary>
    public OutputProducer Producer { get; }

    /// <summary>Whether an outbox and its announcement appear in one transaction.</summary>
    public bool IsAtomic => _transactions is not null;

    /// <summary>What the publisher produces with.</summary>
    public Func<IReadOnlyList<OutputRecord>, CancellationToken, Task> Publish => _transactions is null ? Producer.ProduceAsync : _transactions.PublishAsync;

    /// <summary>Builds the producers, and fences a predecessor where one may be fenced.</summary>
    /// <exception cref="KafkaSettingException">The delivery mode cannot be had from these brokers.</exception>
    /// <exception cref="TransactionException">The brokers do not let the publisher take its transactional.id over.</exception>
    public static async Task<PipelineOutput> OpenAsync(PipelineOptions options, PipelineRunSettings settings, string brokerClusterId, PipelineTelemetry telemetry, CancellationToken cancellation)
    {
        var log = settings.Logging.CreateLogger("Kafka.Output");
        var producer = new OutputProducer(KafkaClientSettings.Producer(options.Kafka, options.Name), log, settings.Clock, telemetry);
        try
        {
            var transactions = await FenceAsync(options, settings, brokerClusterId, telemetry, log, cancellation).ConfigureAwait(false);
            return new PipelineOutput(options, producer, transactions, log);
        }
        catch
        {
            producer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether the outbox of the checkpoint that a start goes on from must be sent again. With transactional delivery the brokers know
    /// whether it was published; otherwise only what this directory noted counts.
    /// </summary>
    public async Task<bool> IsInDoubtAsync(LoadedCheckpoint loaded, CancellationToken cancellation)
    {
        if (loaded.IsAnnounced || _options.Output.Delivery != DeliveryMode.Transactional)
        {
            return !loaded.IsAnnounced;
        }

        var topic = new TopicNames(_options.Name).Models;
        var announcements = new TopicReader(new TopicReaderOptions
        {
            Topic = topic,
            Consumer = new Dictionary<string, string>(KafkaReaderSettings.Of(_options.Kafka, _options.Name)) { ["isolation.level"] = "read_committed" },
            ConnectTimeout = _options.Kafka.ConnectTimeout,
            LastOffsets = AnnouncementLookup.LookBackOffsets,
        });
        // The reader blocks the thread that enumerates it.
        if (!await Task.Run(() => AnnouncementLookup.Contains(announcements.Read(cancellation), loaded.Manifest), cancellation).ConfigureAwait(false))
        {
            return true;
        }

        _log.AlreadyPublished(loaded.Name.ToString(), topic);
        return false;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_transactions is not null)
        {
            await _transactions.DisposeAsync().ConfigureAwait(false);
        }

        Producer.Dispose();
    }

    private static async Task<TransactionalOutput?> FenceAsync(PipelineOptions options, PipelineRunSettings settings, string brokerClusterId, PipelineTelemetry telemetry, ILogger log, CancellationToken cancellation)
    {
        var required = options.Output.Delivery == DeliveryMode.Transactional;
        if (!required && (options.Output.Delivery == DeliveryMode.Immediate || options.Output.Fence == OutputFence.Never))
        {
            return null;
        }

        if (EmbeddedKafka.IsIdOfOne(brokerClusterId) && !settings.AllowEmbeddedTransactions)
        {
            return required
                ? throw new KafkaSettingException("output:delivery = transactional cannot be had from the embedded broker: it accepts transactions and isolates nothing, so nothing would be exactly once. Take checkpointed, or name a real cluster as kafka:bootstrapServers.")
                : null;
        }

        return await InitAsync(options, settings, required, telemetry, log, cancellation).ConfigureAwait(false);
    }

    private static async Task<TransactionalOutput?> InitAsync(PipelineOptions options, PipelineRunSettings settings, bool required, PipelineTelemetry telemetry, ILogger log, CancellationToken cancellation)
    {
        var id = options.Output.TransactionalIdOf(options.Name);
        var client = new KafkaTransactionalClient(KafkaClientSettings.Producer(options.Kafka, options.Name, id), log, settings.Clock, telemetry);
        var output = new TransactionalOutput(client, TransactionLimits.For(options.Kafka.ConnectTimeout, client.TransactionTimeout), log, settings.Clock);
        try
        {
            await output.InitAsync(cancellation).ConfigureAwait(false);
            log.Fencing(id);
            return output;
        }
        catch (TransactionException e)
        {
            await output.DisposeAsync().ConfigureAwait(false);
            if (required || e.Fault != TransactionFault.Unavailable)
            {
                throw;
            }

            log.NotFencing(e.Message);
            return null;
        }
    }
}
