using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Delivery;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>A batch whose step did not happen.</summary>
/// <param name="Positions">Its records.</param>
/// <param name="Reason">Why: a clause.</param>
internal sealed record RefusedBatch(BatchPositions Positions, string Reason);

/// <summary>
/// Batches whose loss or gradient was not finite, in order, while it is open whether they are to blame or the weights. They are part
/// of no step and their watermarks do not move, so whatever the answer, each record counts once:
/// <list type="bullet">
/// <item>A later batch trains: the weights are sound, so these batches are bad. Their records go to the dead letters and count as such.</item>
/// <item>So many in a row fail: the weights are bad. The trainer restores an older checkpoint, and these records, not passed, are
/// read again from there like all after it.</item>
/// <item>A batch of records that made a guard restore fails again: the restore did not help, so the batch is bad, at once.</item>
/// <item>The run ends, or nothing but tombstones follows: there will be no answer; the batches are taken for bad.</item>
/// </list>
/// A graceful stop asks nobody: nothing has passed, so they are read again. Sending each refused batch to the dead letters at once was
/// turned down: with spoilt weights that would be every batch, and those letters would be of records that are trained later.
/// Holds fewer batches than <c>restoreAfter</c>, and of each only what its records are called. Pure; one caller.
/// </summary>
/// <param name="restoreAfter">Batches in a row at which the weights are blamed.</param>
/// <param name="retried">Records that made a guard restore before.</param>
internal sealed class BatchQuarantine(int restoreAfter, IReadOnlyList<RetriedRange> retried)
{
    private readonly List<RefusedBatch> _batches = [];

    /// <summary>Records that the batches cover, those between their pairs included.</summary>
    public int Records { get; private set; }

    /// <summary>Batches in a row that were refused and never tried before.</summary>
    public int InARow { get; private set; }

    /// <summary>Why the last one was refused.</summary>
    public string LastReason { get; private set; } = "";

    /// <summary>Whether no batch waits for an answer or for its letter.</summary>
    public bool IsEmpty => _batches.Count == 0;

    /// <summary>The batches, once they are known to be bad; empty while that is open.</summary>
    public IReadOnlyList<RefusedBatch> Condemned { get; private set; } = [];

    /// <summary>So many batches in a row failed that the weights are to blame.</summary>
    public bool IsRestoreDue => InARow >= restoreAfter;

    /// <summary>Sets a batch aside; it belongs to the quarantine from here on.</summary>
    public void Add(RefusedBatch batch)
    {
        _batches.Add(batch);
        LastReason = batch.Reason;
        Records += (int)batch.Positions.Counts.Consumed;
        if (WasRetried(batch.Positions))
        {
            Condemn();
        }
        else
        {
            InARow++;
        }
    }

    /// <summary>A step was applied: the weights are sound.</summary>
    public void StepApplied()
    {
        InARow = 0;
        Condemn();
    }

    /// <summary>There will be no answer: the batches are bad. The count in a row goes on, because no step speaks for the weights.</summary>
    public void Condemn() => Condemned = [.. _batches];

    /// <summary>The letters of the condemned batches are acknowledged.</summary>
    public void Clear()
    {
        _batches.Clear();
        (Condemned, Records) = ([], 0);
    }

    /// <summary>The offset ranges of all batches: what a restore makes the next epoch try again.</summary>
    public IReadOnlyList<RetriedRange> Ranges() =>
    [
        .. from batch in _batches
           from passed in batch.Positions.Partitions
           where passed.Counts.Trained > 0
           select new RetriedRange(passed.Partition.Topic, passed.Partition.Partition, passed.From, passed.To),
    ];

    // Every record, not any: after a restore batches of several partitions are mixed anew, and a newcomer deserves its own second try.
    private bool WasRetried(BatchPositions positions)
    {
        for (var row = 0; row < positions.Count; row++)
        {
            var (partition, offset) = (positions.PartitionOf(row), positions.Rows[row].Offset);
            if (!retried.Any(r => r.Topic == partition.Topic && r.Partition == partition.Partition && r.From <= offset && offset < r.To))
            {
                return false;
            }
        }

        return positions.Count > 0;
    }
}
