namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>
/// Holds chunks back until the trainer has room for their records. Credits are cumulative: a grant says how many records the trainer
/// takes in all since its epoch began, so a repeated grant changes nothing, a lost one is healed by the next, and a late lower one is
/// ignored. Thread-safe; waiters are served in order of arrival.
/// </summary>
/// <remarks>
/// Each lineage epoch has an account of its own. Work of an older epoch passes without credit, because the trainer drops it and will
/// never grant for it; so a trainer must count only chunks of its own epoch (accepted or refused) when it grants.
/// The account is replaced as a whole: a fast-path caller that still holds the old one can only spend the old epoch's credit.
/// </remarks>
internal sealed class CreditGate
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private volatile Account _account;
    private volatile int _waiting;

    /// <summary>Starts without credit.</summary>
    /// <param name="lineageEpoch">The trainer's epoch.</param>
    public CreditGate(long lineageEpoch) => _account = new Account(lineageEpoch);

    /// <summary>The present epoch and the records that were let pass in it: what the trainer has to know to grant.</summary>
    public (long LineageEpoch, long Records) Passed => _account.Passed;

    /// <summary>Records that may still pass.</summary>
    public long Available => _account.Available;

    /// <summary>Callers that wait.</summary>
    public int Waiting => _waiting;

    /// <summary>The trainer takes <paramref name="totalRecords"/> records in all of this epoch. Stale and lower grants are ignored.</summary>
    /// <returns>True when the grant added credit.</returns>
    public bool Grant(long lineageEpoch, long totalRecords)
    {
        lock (_gate)
        {
            if (lineageEpoch != _account.LineageEpoch || !_account.Raise(totalRecords))
            {
                return false;
            }

            ServeWaiters();
            return true;
        }
    }

    /// <summary>
    /// A new trainer: its account begins at nothing, and waiters of older epochs are let go as stale. An epoch that is not newer changes
    /// nothing.
    /// </summary>
    public void Reset(long lineageEpoch)
    {
        lock (_gate)
        {
            if (lineageEpoch > _account.LineageEpoch)
            {
                _account = new Account(lineageEpoch);
                ServeWaiters();
            }
        }
    }

    /// <summary>
    /// Takes credit for a chunk, waiting for it if need be. A chunk larger than the trainer's whole window never passes: windows must be
    /// at least <see cref="Records.RecordChunk.MaxRecords"/>.
    /// </summary>
    /// <param name="lineageEpoch">The chunk's epoch; one that is newer than the gate's waits for <see cref="Reset"/>.</param>
    /// <param name="records">Records of the chunk; none needs no credit.</param>
    /// <param name="cancellationToken">Gives up waiting; no credit is taken then.</param>
    /// <returns>True when credit was taken; false when the epoch is over and the chunk is to be dropped.</returns>
    public ValueTask<bool> WaitAsync(long lineageEpoch, int records, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(records);
        var account = _account;
        if (_waiting == 0 && account.LineageEpoch == lineageEpoch && account.TryTake(records))
        {
            return new ValueTask<bool>(true);
        }

        return account.LineageEpoch > lineageEpoch ? new ValueTask<bool>(false) : WaitInLineAsync(lineageEpoch, records, cancellationToken);
    }

    private async ValueTask<bool> WaitInLineAsync(long lineageEpoch, int records, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new Waiter(lineageEpoch, records);
        lock (_gate)
        {
            waiter.Place = _waiters.AddLast(waiter);
            _waiting++;
            // A grant may have come between the fast path and the lock.
            ServeWaiters();
        }

        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var (gate, cancelled) = ((CreditGate, Waiter))state!;
                gate.Abandon(cancelled, token);
            },
            (this, waiter));
        return await waiter.Outcome.Task.ConfigureAwait(false);
    }

    private void Abandon(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (waiter.Outcome.TrySetCanceled(cancellationToken))
            {
                _waiters.Remove(waiter.Place!);
                _waiting--;
                // The one that gave up may have been the one that kept smaller chunks behind it waiting.
                ServeWaiters();
            }
        }
    }

    private void ServeWaiters()
    {
        var account = _account;
        while (_waiters.First is { Value: var first })
        {
            bool stale = first.LineageEpoch < account.LineageEpoch;
            if (!stale && !(first.LineageEpoch == account.LineageEpoch && account.TryTake(first.Records)))
            {
                return;
            }

            _waiters.RemoveFirst();
            _waiting--;
            first.Outcome.SetResult(!stale);
        }
    }

    private sealed class Waiter(long lineageEpoch, int records)
    {
        public long LineageEpoch { get; } = lineageEpoch;

        public int Records { get; } = records;

        // Continuations must not run under the lock.
        public TaskCompletionSource<bool> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LinkedListNode<Waiter>? Place { get; set; }
    }

    private sealed class Account(long lineageEpoch)
    {
        private long _granted;
        private long _used;

        public long LineageEpoch { get; } = lineageEpoch;

        public (long LineageEpoch, long Records) Passed => (LineageEpoch, Volatile.Read(ref _used));

        public long Available => Volatile.Read(ref _granted) - Volatile.Read(ref _used);

        public bool Raise(long granted)
        {
            if (granted <= _granted)
            {
                return false;
            }

            Volatile.Write(ref _granted, granted);
            return true;
        }

        public bool TryTake(int records)
        {
            while (true)
            {
                long used = Volatile.Read(ref _used);
                if (used + records > Volatile.Read(ref _granted))
                {
                    return false;
                }

                if (Interlocked.CompareExchange(ref _used, used + records, used) == used)
                {
                    return true;
                }
            }
        }
    }
}
