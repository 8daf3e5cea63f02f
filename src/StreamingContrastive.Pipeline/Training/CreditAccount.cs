namespace StreamingContrastive.Pipeline.Training;

/// <summary>
/// The trainer's side of the credits; one an incarnation, so one a lineage epoch. The ingest says with every message how many records it
/// has sent in all, and may send until a window of them waits here: granted = sent + window - waiting. Nothing is added up on this side,
/// so a lost chunk gives its credit back with the next word of its ingest, a doubled one grants nothing, and an ingest that begins anew
/// (its own count begins at 0) is not handed what was granted to its predecessor.
/// </summary>
/// <param name="windowRecords">Records that may wait for the trainer.</param>
/// <param name="lineageEpoch">The trainer's epoch; counts of another one are passed over.</param>
internal sealed class CreditAccount(int windowRecords, long lineageEpoch)
{
    private long _sent;

    /// <summary>The ingest that is granted to.</summary>
    public Guid Ingest { get; private set; }

    /// <summary>An ingest registers; from here on only its counts matter.</summary>
    public void Register(SentRecords sent)
    {
        if (sent.Ingest != Ingest)
        {
            (Ingest, _sent) = (sent.Ingest, 0);
        }

        Heard(sent);
    }

    /// <summary>A message tells how many records were sent up to it. Messages that were overtaken tell less, and change nothing.</summary>
    public void Heard(SentRecords sent)
    {
        if (sent.Ingest == Ingest && sent.LineageEpoch == lineageEpoch)
        {
            _sent = Math.Max(_sent, sent.Total);
        }
    }

    /// <summary>Records that the ingest may have sent in all, given those that wait.</summary>
    public long Granted(int waitingRecords) => _sent + Math.Max(0, windowRecords - waitingRecords);
}
