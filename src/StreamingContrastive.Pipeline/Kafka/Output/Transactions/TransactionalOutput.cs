using System.Globalization;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Output.Transactions;

/// <summary>
/// Publishes lists of records, each in one transaction: all of a list becomes visible at once, or none of it. An aborted list is sent
/// again as it is, because an outbox is part of a checkpoint and no input is ever rewound by an output. One list at a time.
/// idle --Begin--> open --all acknowledged--> Commit --> idle;  open --abort required--> Abort --pause--> Begin
/// </summary>
internal sealed class TransactionalOutput : IAsyncDisposable
{
    // How long a stop may wait for a call that is under way, and for the abort that frees the consumers.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly ITransactionalClient _client;
    private readonly TransactionLimits _limits;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private Task _current = Task.CompletedTask;
    private bool _open;
    private bool _unusable;

    /// <summary>Nothing is asked of a broker yet.</summary>
    /// <param name="client">Owned from here on.</param>
    /// <param name="limits">How long and how often.</param>
    /// <param name="logger">Where aborted transactions are told.</param>
    /// <param name="clock">Clock of pauses and of the watchdog.</param>
    public TransactionalOutput(ITransactionalClient client, TransactionLimits limits, ILogger logger, TimeProvider clock) =>
        (_client, _limits, _logger, _clock) = (client, limits, logger, clock);

    /// <summary>Takes the transactional.id over. When it returns, nothing of a predecessor is undecided, and nothing more can come from one.</summary>
    /// <exception cref="TransactionException">The brokers refused, did not answer, or have no transactions.</exception>
    public Task InitAsync(CancellationToken cancellation) =>
        CallAsync("InitTransactions", _limits.Init, () => _client.InitTransactions(_limits.Init), cancellation);

    /// <summary>Publishes the records in one transaction and returns when it is committed.</summary>
    /// <exception cref="TransactionException">It cannot be done, and the process has to end: the next start sends the same outbox.</exception>
    public Task PublishAsync(IReadOnlyList<OutputRecord> records, CancellationToken cancellation) =>
        records.Count == 0 ? Task.CompletedTask : _current = PublishListAsync(records, cancellation);

    /// <summary>
    /// Aborts a transaction that was left open, so that read_committed consumers need not wait for the coordinator's timeout, and frees
    /// the client. A client whose call never returned is left alone: disposing it would wait for that call.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAny(_current, Task.Delay(StopPatience, _clock)).ConfigureAwait(false);
        if (!_current.IsCompleted || _unusable)
        {
            return;
        }

        if (_open)
        {
            try
            {
                await WatchAsync("AbortTransaction", StopPatience, Run(_client.AbortTransaction)).ConfigureAwait(false);
            }
            catch (TransactionException e)
            {
                _logger.LeftOpen(e.Message);
            }
        }

        if (!_unusable)
        {
            _client.Dispose();
        }
    }

    private async Task PublishListAsync(IReadOnlyList<OutputRecord> records, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await AttemptAsync(records, cancellation).ConfigureAwait(false);
                return;
            }
            catch (TransactionException e) when (e.Fault is TransactionFault.Abortable or TransactionFault.Refused)
            {
                await CallAsync("AbortTransaction", _limits.Transaction, _client.AbortTransaction, cancellation).ConfigureAwait(false);
                _open = false;
                if (e.Fault == TransactionFault.Refused || attempt == _limits.Attempts)
                {
                    throw GivenUp(e, records, attempt);
                }

                var pause = _limits.Backoff.After(attempt);
                _logger.TransactionAborted(e.Message, records.Count, pause.TotalSeconds);
                await Task.Delay(pause, _clock, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task AttemptAsync(IReadOnlyList<OutputRecord> records, CancellationToken cancellation)
    {
        await CallAsync("BeginTransaction", TimeSpan.Zero, _client.BeginTransaction, cancellation).ConfigureAwait(false);
        _open = true;
        await WatchAsync("Produce", _limits.Transaction, _client.ProduceAsync(records, cancellation)).ConfigureAwait(false);
        await CallAsync("CommitTransaction", _limits.Transaction, _client.CommitTransaction, cancellation).ConfigureAwait(false);
        _open = false;
    }

    // A retriable failure leaves the call's outcome open, a commit's too; calling again is what settles it.
    private async Task CallAsync(string call, TimeSpan limit, Action action, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await WatchAsync(call, limit, Run(action)).ConfigureAwait(false);
                return;
            }
            catch (TransactionException e) when (e.Fault == TransactionFault.Retriable)
            {
                if (attempt == _limits.Attempts)
                {
                    _unusable = true;
                    throw new TransactionException(call, TransactionFault.Fatal, $"{e.Message} It was tried {attempt} times. See whether the brokers and their transaction coordinator answer; the next start sends the same outbox.", e);
                }

                await Task.Delay(_limits.Backoff.After(attempt), _clock, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task WatchAsync(string call, TimeSpan limit, Task work)
    {
        var patience = limit + _limits.Grace;
        try
        {
            await work.WaitAsync(patience, _clock).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!work.IsCompleted)
        {
            _unusable = true;
            throw new TransactionException(call, TransactionFault.Stalled, string.Create(CultureInfo.InvariantCulture, $"{call} has not returned for {patience.TotalSeconds:0.#} s; a client in that state cannot be used or closed, so the process ends. The next start sends the same outbox."));
        }
        catch (TransactionException e) when (e.Fault is TransactionFault.Fatal or TransactionFault.Fenced)
        {
            _open = false; // Nothing can be aborted any more: the coordinator does it.
            throw;
        }
    }

    // A thread of its own: these calls block for seconds, and the pool's few threads are the augmenters'.
    private static Task Run(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static TransactionException GivenUp(TransactionException last, IReadOnlyList<OutputRecord> records, int attempts) => new(
        last.Call,
        last.Fault,
        $"An outbox of {records.Count} records was aborted {attempts} {(attempts == 1 ? "time" : "times")} and is given up for now: {last.Message} None of it is visible; the next start sends it again.",
        last);
}
