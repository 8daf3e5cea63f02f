using StreamingContrastive.Pipeline.Kafka.Topics;

namespace StreamingContrastive.Pipeline.Kafka.Output.Transactions;

/// <summary>How long and how often transactions try.</summary>
/// <param name="Init">Timeout of one InitTransactions call.</param>
/// <param name="Transaction">transaction.timeout.ms: after it the coordinator aborts, so no call of a transaction need take longer.</param>
/// <param name="Grace">How much longer than its own limit a call may take before it counts as stalled.</param>
/// <param name="Attempts">Most attempts of a call that may be repeated, and of an outbox that was aborted.</param>
/// <param name="Backoff">Pauses between attempts.</param>
internal sealed record TransactionLimits(TimeSpan Init, TimeSpan Transaction, TimeSpan Grace, int Attempts, Backoff Backoff)
{
    /// <summary>Of a pipeline: 30 s of grace; 5 attempts with pauses of 1, 2, 4 and 8 s.</summary>
    public static TransactionLimits For(TimeSpan init, TimeSpan transaction) =>
        new(init, transaction, TimeSpan.FromSeconds(30), 5, new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8)));
}
