using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>
/// Divides the trainer's window among its ingests: what waits here and what is granted and not yet sent is never more than the window,
/// however many they are. Each may hold an equal share; one that needs less leaves the rest of its share unused, and one that is gone gives
/// it back when its account is closed. Shares by demand were turned down: an ingest whose partitions are empty for a while would have to
/// hand its credit back, and credits are never taken back, so that a lost message can do no harm.
/// Pure; one caller.
/// </summary>
/// <param name="windowRecords">Records that may wait for the trainer; best at least a batch and a chunk for each ingest.</param>
internal sealed class CreditWindow(int windowRecords)
{
    private readonly List<CreditAccount> _accounts = [];
    private int _first;

    /// <summary>Ingests that share the window.</summary>
    public int Count => _accounts.Count;

    /// <summary>One more ingest shares the window from here on.</summary>
    public void Open(CreditAccount account) => _accounts.Add(account);

    /// <summary>An ingest is gone; what it held is free.</summary>
    public void Close(CreditAccount account) => _accounts.Remove(account);

    /// <summary>Grants what there is room for.</summary>
    /// <param name="waitingRecords">Records that wait: pairs, and the tombstones and dead letters that no watermark has passed.</param>
    /// <param name="starving">
    /// True while they hold no whole batch. Then every ingest is let a chunk through whatever waits: a window full of tombstones behind one
    /// pair would never become a batch, and nothing would ever move again. Pixels stay bounded, since fewer than a batch's pairs wait.
    /// </param>
    public void Divide(int waitingRecords, bool starving)
    {
        var room = Math.Max(0, windowRecords - waitingRecords);
        if (_accounts.Count == 1)
        {
            _accounts[0].Allow(Math.Max(starving ? RecordChunk.MaxRecords : 0, room));
            return;
        }

        var free = room - _accounts.Sum(a => a.Outstanding);
        for (var i = 0; i < _accounts.Count; i++)
        {
            var account = _accounts[(_first + i) % _accounts.Count];
            if (starving)
            {
                free -= Math.Max(0, RecordChunk.MaxRecords - account.Outstanding);
                account.Allow(RecordChunk.MaxRecords);
            }

            // A credit that lets no whole chunk pass is of no use to one, and is missed by the next.
            var share = Math.Min(Math.Max(RecordChunk.MaxRecords, room / _accounts.Count), account.Outstanding + Math.Max(0, free));
            if (share >= RecordChunk.MaxRecords && share > account.Outstanding)
            {
                free -= share - account.Outstanding;
                account.Allow(share);
            }
        }

        // Where there is too little for all, another one is first the next time.
        _first = _accounts.Count == 0 ? 0 : (_first + 1) % _accounts.Count;
    }
}
