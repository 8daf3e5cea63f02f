using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Output.Transactions;

/// <summary>
/// A producer with a transactional.id, as narrow as the pipeline needs it: tests put a model of a broker in its place. Calls block, come
/// one at a time, and fail with a <see cref="TransactionException"/> that says what may be done next.
/// </summary>
internal interface ITransactionalClient : IDisposable
{
    /// <summary>
    /// Takes the transactional.id over: a predecessor's open transaction is ended, and whatever it sends from then on is refused. Once, and
    /// again only after a retriable failure.
    /// </summary>
    void InitTransactions(TimeSpan timeout);

    /// <summary>Opens a transaction.</summary>
    void BeginTransaction();

    /// <summary>Sends records in the open transaction and completes when the brokers have stored them all.</summary>
    Task ProduceAsync(IReadOnlyList<OutputRecord> records, CancellationToken cancellation);

    /// <summary>Makes everything that the transaction holds visible at once. May be called again after a retriable failure.</summary>
    void CommitTransaction();

    /// <summary>Makes everything that the transaction holds invisible for ever. May be called again after a retriable failure.</summary>
    void AbortTransaction();
}
