using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Kafka.Output.Transactions;

/// <summary>The real client: librdkafka's transactional producer, its errors sorted by what may be done next.</summary>
internal sealed class KafkaTransactionalClient : ITransactionalClient
{
    // After the coordinator's limit consumers see the records as aborted, and this producer is refused. Long enough for a slow topic;
    // a restart need not wait for it, because InitTransactions ends what its predecessor left.
    private const int DefaultTransactionTimeoutMs = 300_000;

    private readonly OutputProducer _producer;
    private readonly string _transactionalId;

    /// <summary>Builds the producer; it connects by itself.</summary>
    /// <param name="config">From <see cref="KafkaClientSettings.Producer"/>, with a transactional.id.</param>
    /// <param name="logger">Where errors of the client are told.</param>
    /// <param name="clock">Clock of the wait for room.</param>
    /// <param name="telemetry">Told of every list that was sent; null where nobody is to hear of it.</param>
    /// <exception cref="KafkaSettingException">librdkafka does not accept a setting.</exception>
    public KafkaTransactionalClient(ProducerConfig config, ILogger logger, TimeProvider clock, PipelineTelemetry? telemetry = null)
    {
        _transactionalId = config.TransactionalId;
        config.TransactionTimeoutMs ??= DefaultTransactionTimeoutMs;
        TransactionTimeout = TimeSpan.FromMilliseconds(config.TransactionTimeoutMs.Value);
        try
        {
            _producer = new OutputProducer(config, logger, clock, telemetry);
        }
        catch (InvalidOperationException e)
        {
            throw new KafkaSettingException($"The settings under kafka:producer do not suit a producer with transactions: {e.Message.Trim().TrimEnd('.')}. message.timeout.ms may be at most transaction.timeout.ms ({config.TransactionTimeoutMs}).");
        }
    }

    /// <summary>After this the coordinator aborts an open transaction by itself.</summary>
    public TimeSpan TransactionTimeout { get; }

    /// <inheritdoc />
    public void InitTransactions(TimeSpan timeout) => Guard("InitTransactions", client => client.InitTransactions(timeout));

    /// <inheritdoc />
    public void BeginTransaction() => Guard("BeginTransaction", client => client.BeginTransaction());

    /// <inheritdoc />
    public async Task ProduceAsync(IReadOnlyList<OutputRecord> records, CancellationToken cancellation)
    {
        try
        {
            await _producer.ProduceAsync(records, cancellation).ConfigureAwait(false);
        }
        catch (OutputException e)
        {
            throw new TransactionException("Produce", FaultOf(e), _producer.FatalError is { } fatal ? Sentence("Produce", fatal) : e.Message, e);
        }
    }

    /// <summary>Without a timeout of its own: librdkafka then takes what is left of the transaction's, and never gives up a commit midway.</summary>
    public void CommitTransaction() => Guard("CommitTransaction", client => client.CommitTransaction());

    /// <inheritdoc />
    public void AbortTransaction() => Guard("AbortTransaction", client => client.AbortTransaction());

    /// <inheritdoc />
    public void Dispose() => _producer.Dispose();

    private void Guard(string call, Action<IProducer<byte[]?, byte[]?>> action)
    {
        try
        {
            action(_producer.Client);
        }
        catch (KafkaTxnRequiresAbortException e)
        {
            throw new TransactionException(call, TransactionFault.Abortable, Sentence(call, e.Error), e);
        }
        catch (KafkaRetriableException e)
        {
            throw new TransactionException(call, TransactionFault.Retriable, Sentence(call, e.Error), e);
        }
        catch (KafkaException e)
        {
            var error = _producer.FatalError ?? e.Error;
            throw new TransactionException(call, FaultOf(error.Code), Sentence(call, error), e);
        }
    }

    private TransactionFault FaultOf(OutputException e) => _producer.FatalError is { } fatal ? FaultOf(fatal.Code) : e.Code switch
    {
        _ when e.IsFatal => FaultOf(e.Code),
        ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidRecord or ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition => TransactionFault.Refused,
        _ => TransactionFault.Abortable,
    };

    private static TransactionFault FaultOf(ErrorCode code) => code switch
    {
        ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch => TransactionFault.Fenced,
        ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion or ErrorCode.TransactionalIdAuthorizationFailed
            or ErrorCode.ClusterAuthorizationFailed => TransactionFault.Unavailable,
        _ => TransactionFault.Fatal,
    };

    private string Sentence(string call, Error error) => FaultOf(error.Code) switch
    {
        TransactionFault.Fenced =>
            $"{call}: this trainer was fenced ({error.Code}): another process has taken the transactional.id {_transactionalId} since. A newer trainer is at work, so this one stops; nothing that it did not commit is visible. Two pipelines must not share a transactional.id (output:transactionalId).",
        TransactionFault.Unavailable =>
            $"{call}: the brokers do not let this client use transactions: {error.Reason} ({error.Code}). Give the client WRITE on the transactional.id {_transactionalId}, or take output:delivery = checkpointed with output:fence = never.",
        _ => $"{call} failed: {error.Reason} ({error.Code}).",
    };
}
