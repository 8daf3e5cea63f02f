using StreamingContrastive.Pipeline.Kafka.Output.Transactions;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Output.Transactions;

/// <summary>What happens at a call of the client.</summary>
internal enum CallFault
{
    None,

    /// <summary>No answer; the request was lost.</summary>
    RetriableBefore,

    /// <summary>No answer; the request was carried out.</summary>
    RetriableAfter,

    /// <summary>The transaction has to be aborted; half of the records are in the log.</summary>
    Abortable,

    /// <summary>The client is broken.</summary>
    Fatal,

    /// <summary>The coordinator ends the transaction while nobody looks.</summary>
    CoordinatorTimeout,

    /// <summary>The process dies before the request is sent.</summary>
    CrashBefore,

    /// <summary>The process dies after the request was carried out.</summary>
    CrashAfter,

    /// <summary>The process stands still until it is woken, long after it was thought dead.</summary>
    Stop,
}

/// <summary>The process is gone.</summary>
internal sealed class CrashException : Exception;

/// <summary>A client of a <see cref="TransactionalLog"/>; each call asks for its fault.</summary>
internal sealed class ModelledClient(TransactionalLog log, string transactionalId, Func<string, CallFault> faultOf) : ITransactionalClient
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _wake = new();
    private int _epoch;
    private bool _registered;

    /// <summary>Done when the process stands still.</summary>
    public Task Stopped => _stopped.Task;

    public List<string> Calls { get; } = [];

    public bool Disposed { get; private set; }

    public void Wake() => _wake.Set();

    public void InitTransactions(TimeSpan timeout) => Call("Init", () => _epoch = log.Init(transactionalId));

    public void BeginTransaction() => Call("Begin", () => _registered = false);

    public Task ProduceAsync(IReadOnlyList<OutputRecord> records, CancellationToken cancellation) => Task.Run(
        () =>
        {
            int sent = 0;
            Call(
                "Produce",
                () => SendUpTo(records.Count),
                half: () => SendUpTo(records.Count / 2));

            void SendUpTo(int count)
            {
                for (; sent < count; sent++)
                {
                    _registered = true;
                    log.Append(transactionalId, _epoch, records[sent]);
                }
            }
        },
        cancellation);

    public void CommitTransaction() => Call("Commit", () => End(commit: true));

    public void AbortTransaction() => Call("Abort", () => End(commit: false));

    public void Dispose() => Disposed = true;

    // The coordinator knows nothing of a transaction before its first record, and is not asked to end it.
    private void End(bool commit)
    {
        if (_registered)
        {
            log.End(transactionalId, _epoch, commit);
        }
    }

    private void Call(string call, Action action, Action? half = null)
    {
        Calls.Add(call);
        var fault = faultOf(call);
        try
        {
            switch (fault)
            {
                case CallFault.RetriableBefore when call != "Produce":
                    throw Failure(call, TransactionFault.Retriable);
                case CallFault.RetriableAfter when call != "Produce":
                    action();
                    throw Failure(call, TransactionFault.Retriable);
                case CallFault.Abortable when call is "Produce" or "Commit":
                    half?.Invoke();
                    throw Failure(call, TransactionFault.Abortable);
                case CallFault.Fatal:
                    throw Failure(call, TransactionFault.Fatal);
                case CallFault.CoordinatorTimeout:
                    log.TimeOut(transactionalId);
                    break;
                case CallFault.CrashBefore:
                    throw new CrashException();
                case CallFault.CrashAfter:
                    action();
                    throw new CrashException();
                case CallFault.Stop:
                    _stopped.TrySetResult();
                    _wake.Wait();
                    break;
            }

            action();
        }
        catch (FencedException)
        {
            throw Failure(call, TransactionFault.Fenced);
        }
        catch (InvalidOperationException)
        {
            throw Failure(call, TransactionFault.Fatal);
        }
    }

    private static TransactionException Failure(string call, TransactionFault fault) => new(call, fault, $"{call} failed by intention: {fault}.");
}
