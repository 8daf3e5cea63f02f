using System.Collections.Immutable;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>Where the words of an <see cref="IngestSide"/> go.</summary>
/// <param name="Tell">To the ingest that registered last.</param>
/// <param name="Admitted">Work was admitted: there may be a batch.</param>
/// <param name="Resolve">Find out where a partition begins, then call <see cref="IngestSide.Resolved"/>; asked once a partition.</param>
/// <param name="Fail">The pipeline cannot go on.</param>
internal sealed record IngestOutlet(Action<object> Tell, Action Admitted, Action<PartitionId, AssignmentEpoch> Resolve, Action<Exception> Fail);

/// <summary>
/// The trainer's side of the ingest protocol (design.md section 4): judges what comes in, says what is to be read again, grants credit.
/// What it says it says again, on a tick or when it is asked, so no message of it has to arrive. Knows no actor and no clock; one caller.
/// </summary>
/// <param name="loop">Ledger and batches.</param>
/// <param name="windowRecords">Records that an ingest may have under way.</param>
/// <param name="stopAfterRecords">Consumed records of the lineage at which a bounded run ends; null for a stream without end.</param>
/// <param name="metrics">Instruments.</param>
/// <param name="outlet">Where its words go.</param>
internal sealed class IngestSide(TrainingLoop loop, int windowRecords, long? stopAfterRecords, PipelineMetrics metrics, IngestOutlet outlet)
{
    private readonly CreditAccount _credits = new(windowRecords, loop.Ledger.LineageEpoch);
    private readonly HashSet<PartitionId> _resolving = [];

    /// <summary>A bounded run has all that it will train.</summary>
    public bool IsAtEnd => stopAfterRecords is { } stop && loop.Counters.Consumed + loop.PendingRecords >= stop;

    /// <summary>An ingest is there: it gets credit, and the offset table while it follows another epoch.</summary>
    public void Registered(SentRecords sent)
    {
        _credits.Register(sent);
        if (sent.LineageEpoch != loop.Ledger.LineageEpoch)
        {
            outlet.Tell(new OffsetTable(loop.Ledger.LineageEpoch, loop.Ledger.AdmittedTable().ToImmutableDictionary()));
        }

        GrantCredit();
    }

    /// <summary>A chunk arrived; its buffers are this side's from here on.</summary>
    public void ChunkArrived(ChunkReady ready)
    {
        _credits.Heard(ready.Sent);
        if (IsAtEnd)
        {
            ready.Chunk.ReturnBuffers();
            return;
        }

        Answer(loop.Offer(ready.Chunk), ready.Chunk.Assignment);
        GrantCredit();
    }

    /// <summary>The topic no longer holds a range.</summary>
    public void GapArrived(GapFound gap)
    {
        if (gap.To <= gap.From)
        {
            outlet.Fail(new InvalidOperationException(
                $"{gap.Partition} ends before offset {gap.From}, which is the next to train on (input:onGap would go on at {gap.To}): the topic was deleted and made anew, or lost its tail. Offsets never go back within a pipeline's lineage; 'reset' the pipeline, or start with an empty checkpoint:directory."));
            return;
        }

        var verdict = loop.OfferGap(new ChunkHeader(gap.Partition, gap.From, gap.To, gap.LineageEpoch, gap.Assignment));
        if (verdict is OfferVerdict.Accepted)
        {
            metrics.GapPassed(gap.To - gap.From);
        }

        Answer(verdict, gap.Assignment);
    }

    /// <summary>It is known where a partition begins; whoever asked reads on there.</summary>
    public void Resolved(PartitionId partition, long next, AssignmentEpoch causedBy)
    {
        _resolving.Remove(partition);
        loop.Ledger.Register(partition, next);
        Rewind(partition, next, causedBy);
    }

    /// <summary>Some time has passed: credit and rewinds that may be lost are said again.</summary>
    public void Repeat()
    {
        GrantCredit();
        foreach (var rewind in loop.Ledger.OutstandingRewinds())
        {
            Rewind(rewind.Partition, rewind.Next, rewind.CausedBy);
        }
    }

    /// <summary>Tells how much may be sent: after anything that makes room.</summary>
    public void GrantCredit() =>
        outlet.Tell(new CreditGranted(loop.Ledger.LineageEpoch, _credits.Ingest, _credits.Granted(loop.WaitingRecords, starving: !loop.HasBatch)));

    /// <summary>Offsets of a durable checkpoint, for the group's advisory commit.</summary>
    public void Committed(CheckpointManifest manifest) =>
        outlet.Tell(new CommitOffsets(new OffsetTable(loop.Ledger.LineageEpoch, manifest.OffsetTable().ToImmutableDictionary())));

    private void Answer(OfferVerdict verdict, AssignmentEpoch assignment)
    {
        switch (verdict)
        {
            case OfferVerdict.Accepted:
                outlet.Admitted();
                break;
            case OfferVerdict.Rewind rewind:
                metrics.ChunkRewound();
                Rewind(rewind.Partition, rewind.Next, rewind.CausedBy);
                break;
            case OfferVerdict.UnknownPartition unknown:
                if (_resolving.Add(unknown.Partition))
                {
                    outlet.Resolve(unknown.Partition, assignment);
                }

                break;
            case OfferVerdict.Superseded superseded:
                outlet.Fail(new InvalidOperationException($"An ingest follows lineage epoch {superseded.NewerEpoch}, this trainer is epoch {loop.Ledger.LineageEpoch}: a newer trainer is at work, so this one stops."));
                break;
            default:
                metrics.StaleChunkDropped();
                break;
        }
    }

    private void Rewind(PartitionId partition, long next, AssignmentEpoch causedBy) =>
        outlet.Tell(new RewindPartition(partition, next, loop.Ledger.LineageEpoch, causedBy));
}
