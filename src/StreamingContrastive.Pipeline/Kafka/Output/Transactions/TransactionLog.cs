using Microsoft.Extensions.Logging;

namespace StreamingContrastive.Pipeline.Kafka.Output.Transactions;

/// <summary>The events of transactions, numbers 310 to 319.</summary>
internal static partial class TransactionLog
{
    [LoggerMessage(310, LogLevel.Information, "Outputs appear under the transactional.id {TransactionalId}: a predecessor that still runs can publish nothing any more")]
    public static partial void Fencing(this ILogger logger, string transactionalId);

    [LoggerMessage(311, LogLevel.Warning, "A transaction was aborted, its {Records} records are sent again in {Seconds} s: {Reason}")]
    public static partial void TransactionAborted(this ILogger logger, string reason, int records, double seconds);

    [LoggerMessage(312, LogLevel.Warning, "Outputs appear without a transactional.id, so a trainer that was thought dead could still publish: {Reason}")]
    public static partial void NotFencing(this ILogger logger, string reason);

    [LoggerMessage(313, LogLevel.Warning, "A transaction was left open; read_committed consumers wait until the coordinator ends it: {Reason}")]
    public static partial void LeftOpen(this ILogger logger, string reason);

    [LoggerMessage(314, LogLevel.Information, "Checkpoint {Checkpoint} is announced in {Topic}, so its outbox is published and not sent again")]
    public static partial void AlreadyPublished(this ILogger logger, string checkpoint, string topic);
}
