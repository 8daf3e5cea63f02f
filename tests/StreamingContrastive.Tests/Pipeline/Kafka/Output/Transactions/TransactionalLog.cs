using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Output.Transactions;

/// <summary>What the coordinator answers to a producer of an older epoch.</summary>
internal sealed class FencedException : Exception;

/// <summary>
/// Brokers with transactions, in memory, as the protocol describes them: producer epochs, one log a topic with control markers, the
/// last stable offset, read_committed reading. One transaction a transactional.id. Thread-safe.
/// </summary>
internal sealed class TransactionalLog
{
    private readonly Dictionary<string, List<Entry>> _topics = [];
    private readonly Dictionary<string, Producer> _producers = [];
    private readonly Lock _gate = new();
    private long _transactions;

    /// <summary>Takes an id over: ends what its predecessor left open, and returns the new producer epoch.</summary>
    public int Init(string transactionalId)
    {
        lock (_gate)
        {
            var producer = _producers.TryGetValue(transactionalId, out var known) ? known : _producers[transactionalId] = new Producer();
            End(producer, commit: false);
            return ++producer.Epoch;
        }
    }

    /// <summary>Appends to the open transaction; the first record opens it, as AddPartitionsToTxn does.</summary>
    public void Append(string transactionalId, int epoch, OutputRecord record)
    {
        lock (_gate)
        {
            var producer = Authorized(transactionalId, epoch);
            producer.Transaction ??= ++_transactions;
            Topic(record.Topic).Add(new Entry(producer.Transaction.Value, record, Commits: null));
        }
    }

    /// <summary>Ends the transaction. Repeating an end that went through is fine; committing what was aborted, or aborting what was committed, is not.</summary>
    public void End(string transactionalId, int epoch, bool commit)
    {
        lock (_gate)
        {
            var producer = Authorized(transactionalId, epoch);
            if (producer.Transaction is null && producer.LastEnd is { } committed && committed != commit)
            {
                throw new InvalidOperationException($"INVALID_TXN_STATE: the transaction was {(committed ? "committed" : "aborted")}.");
            }

            End(producer, commit);
        }
    }

    /// <summary>The coordinator's own timeout: aborts, and refuses the producer from then on.</summary>
    public void TimeOut(string transactionalId)
    {
        lock (_gate)
        {
            if (_producers.TryGetValue(transactionalId, out var producer) && producer.Transaction is not null)
            {
                End(producer, commit: false);
                producer.Epoch++;
            }
        }
    }

    /// <summary>What a read_committed consumer gets now: nothing from the first open transaction on, nothing that was aborted.</summary>
    public List<ReceivedMessage> ReadCommitted(string topic)
    {
        lock (_gate)
        {
            var log = Topic(topic);
            var open = _producers.Values.Select(p => p.Transaction).OfType<long>().ToHashSet();
            int lastStable = log.FindIndex(e => e.Record is not null && open.Contains(e.Transaction));
            lastStable = lastStable < 0 ? log.Count : lastStable;
            var committed = log.Where(e => e.Commits == true).Select(e => e.Transaction).ToHashSet();
            return [.. log.Take(lastStable).Select((entry, offset) => (entry, offset))
                .Where(e => e.entry.Record is not null && committed.Contains(e.entry.Transaction))
                .Select(e => Message(e.entry.Record!, e.offset))];
        }
    }

    /// <summary>Everything that was ever sent.</summary>
    public List<ReceivedMessage> ReadUncommitted(string topic)
    {
        lock (_gate)
        {
            return [.. Topic(topic).Select((entry, offset) => (entry, offset)).Where(e => e.entry.Record is not null).Select(e => Message(e.entry.Record!, e.offset))];
        }
    }

    private static ReceivedMessage Message(OutputRecord record, int offset) =>
        new(record.Topic, 0, offset, record.TimestampUnixMs, record.Key, record.Value, record.Headers);

    private Producer Authorized(string transactionalId, int epoch)
    {
        var producer = _producers[transactionalId];
        return producer.Epoch == epoch ? producer : throw new FencedException();
    }

    private void End(Producer producer, bool commit)
    {
        if (producer.Transaction is not { } transaction)
        {
            return;
        }

        foreach (var log in _topics.Values.Where(log => log.Exists(e => e.Transaction == transaction)))
        {
            log.Add(new Entry(transaction, Record: null, commit));
        }

        (producer.Transaction, producer.LastEnd) = (null, commit);
    }

    private List<Entry> Topic(string name) => _topics.TryGetValue(name, out var log) ? log : _topics[name] = [];

    /// <param name="Transaction">Number of the transaction.</param>
    /// <param name="Record">The record; null for a control marker.</param>
    /// <param name="Commits">Of a marker: commit or abort.</param>
    private sealed record Entry(long Transaction, OutputRecord? Record, bool? Commits);

    private sealed class Producer
    {
        public int Epoch { get; set; }

        public long? Transaction { get; set; }

        /// <summary>Whether the last transaction was committed; null while there was none.</summary>
        public bool? LastEnd { get; set; }
    }
}
