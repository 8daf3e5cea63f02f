using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>
/// What the trainer keeps of one ingest's credits; one a lineage epoch. The ingest says with every message how many records it has sent in
/// all, so a lost chunk gives its credit back with the next word, a doubled one grants nothing, and an ingest that begins anew (its own
/// count begins at 0) is not handed what was granted to its predecessor. How much is granted is decided by <see cref="CreditWindow"/>.
/// </summary>
/// <param name="ingest">The ingest, one a start.</param>
/// <param name="lineageEpoch">The trainer's epoch; counts of another one are passed over.</param>
internal sealed class CreditAccount(Guid ingest, long lineageEpoch)
{
    /// <summary>The ingest.</summary>
    public Guid Ingest { get; } = ingest;

    /// <summary>Records that it has sent in this epoch, as far as was heard.</summary>
    public long Sent { get; private set; }

    /// <summary>Records that it may send in all; never goes down, because a grant cannot be taken back.</summary>
    public long Granted { get; private set; }

    /// <summary>Records that were granted and not yet sent.</summary>
    public long Outstanding => Math.Max(0, Granted - Sent);

    /// <summary>A message tells how many records were sent up to it. Messages that were overtaken tell less, and change nothing.</summary>
    public void Heard(SentRecords sent)
    {
        if (sent.Ingest == Ingest && sent.LineageEpoch == lineageEpoch)
        {
            Sent = Math.Max(Sent, sent.Total);
        }
    }

    /// <summary>So many records may be sent beyond those that were.</summary>
    public void Allow(long records) => Granted = Math.Max(Granted, Sent + records);
}
