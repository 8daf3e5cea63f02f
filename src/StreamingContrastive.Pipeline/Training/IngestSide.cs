using System.Collections.Immutable;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;
using ReadPosition = StreamingContrastive.Pipeline.Kafka.Source.PartitionPosition;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>What an <see cref="IngestSide"/> cannot do itself.</summary>
/// <param name="Admitted">Work was admitted: there may be a batch.</param>
/// <param name="Resolve">Find out where a partition begins, then call <see cref="IngestSide.Resolved"/>; asked once a partition.</param>
/// <param name="Fail">The pipeline cannot go on.</param>
internal sealed record IngestOutlet(Action Admitted, Action<PartitionId, AssignmentEpoch> Resolve, Action<Exception> Fail);

/// <summary>
/// The trainer's side of the ingest protocol (design.md section 4): judges what comes in, says what is to be read again, grants credit, to
/// one ingest or to many. What it says it says again, on a tick or when it is asked, so no message of it has to arrive. Whoever has not
/// registered is not listened to: its records are read again. Knows no actor and no clock; one caller.
/// </summary>
/// <param name="loop">Ledger and batches.</param>
/// <param name="windowRecords">Records that all ingests together may have under way.</param>
/// <param name="stopAfterRecords">Consumed records of the lineage at which a bounded run ends; null for a stream without end.</param>
/// <param name="metrics">Instruments.</param>
/// <param name="outlet">What it cannot do itself.</param>
/// <param name="configuration">Fingerprint of the trainer's pipeline: an ingest of another one is refused.</param>
internal sealed class IngestSide(TrainingLoop loop, int windowRecords, long? stopAfterRecords, PipelineMetrics metrics, IngestOutlet outlet, string configuration = "")
{
    /// <summary>Ticks without a word after which an ingest is gone: five of its registrations. One that was only slow registers anew.</summary>
    internal const int SilentTicks = 10;

    private readonly CreditWindow _credits = new(windowRecords);
    private readonly Dictionary<Guid, IngestLink> _links = [];
    private readonly HashSet<PartitionId> _resolving = [];

    /// <summary>A bounded run has all that it will train.</summary>
    public bool IsAtEnd => stopAfterRecords is { } stop && loop.Counters.Consumed + loop.PendingRecords >= stop;

    /// <summary>No more credit is granted; what was granted stays so, since credits are never taken back.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Ingests that are heard.</summary>
    public IReadOnlyDictionary<Guid, IngestLink> Ingests => _links;

    /// <summary>What the ingests read, as each said last.</summary>
    public IReadOnlyList<ReadPosition> Positions => _links.Count == 1 ? _links.Values.First().Positions : [.. _links.Values.SelectMany(link => link.Positions)];

    /// <summary>An ingest is there: it gets credit, and the offset table while it follows another epoch.</summary>
    /// <param name="register">What it says.</param>
    /// <param name="tell">To it.</param>
    public void Registered(RegisterIngest register, Action<object> tell)
    {
        var sent = register.Sent;
        if (!ConfigurationFingerprint.Agree(register.Configuration, configuration))
        {
            tell(new IngestRefused(sent.Ingest, ConfigurationFingerprint.Refusal(register.Node, register.Configuration, configuration)));
            return;
        }

        if (sent.LineageEpoch > loop.Ledger.LineageEpoch)
        {
            Supersede(sent.LineageEpoch);
            return;
        }

        var link = Link(register, tell);
        (link.Tell, link.Silent, link.Positions) = (tell, 0, register.Positions);
        link.Account.Heard(sent);
        if (sent.LineageEpoch != loop.Ledger.LineageEpoch)
        {
            tell(new OffsetTable(loop.Ledger.LineageEpoch, loop.Ledger.AdmittedTable().ToImmutableDictionary()));
        }

        Divide();
        Say(sent.Ingest, link);
        GrantCredit();
    }

    /// <summary>A chunk arrived; its buffers are this side's from here on.</summary>
    public void ChunkArrived(ChunkReady ready)
    {
        if (IsAtEnd || !_links.TryGetValue(ready.Sent.Ingest, out var link))
        {
            ready.Chunk.ReturnBuffers();
            return;
        }

        link.Account.Heard(ready.Sent);
        link.Source = ready.Chunk.Assignment.Source;
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

    /// <summary>Some time has passed: credit and rewinds that may be lost are said again, and an ingest that was not heard of is forgotten.</summary>
    public void Repeat()
    {
        foreach (var (ingest, _) in _links.Where(l => ++l.Value.Silent > SilentTicks).ToList())
        {
            Forget(ingest);
        }

        Divide();
        foreach (var (ingest, link) in _links)
        {
            Say(ingest, link);
        }

        foreach (var rewind in loop.Ledger.OutstandingRewinds())
        {
            Rewind(rewind.Partition, rewind.Next, rewind.CausedBy);
        }
    }

    /// <summary>Tells how much may be sent: after anything that makes room. Only news is told.</summary>
    public void GrantCredit()
    {
        Divide();
        foreach (var (ingest, link) in _links)
        {
            if (link.HasNews())
            {
                Say(ingest, link);
            }
        }
    }

    /// <summary>An ingest is gone for good: its share is free, and nothing more is owed to it.</summary>
    public void Forget(Guid ingest)
    {
        if (_links.Remove(ingest, out var link))
        {
            _credits.Close(link.Account);
            if (link.Source is { } source)
            {
                loop.Ledger.ForgetSource(source);
            }
        }
    }

    /// <summary>Offsets of a durable checkpoint: for the group's advisory commit, and for whoever is assigned a partition next.</summary>
    public void Committed(CheckpointManifest manifest)
    {
        var commit = new CommitOffsets(new OffsetTable(loop.Ledger.LineageEpoch, manifest.OffsetTable().ToImmutableDictionary()));
        foreach (var link in _links.Values)
        {
            link.Tell(commit);
        }
    }

    private IngestLink Link(RegisterIngest register, Action<object> tell)
    {
        var ingest = register.Sent.Ingest;
        if (_links.TryGetValue(ingest, out var known))
        {
            return known;
        }

        foreach (var (former, _) in _links.Where(l => l.Value.Node == register.Node).ToList())
        {
            Forget(former); // It was started again.
        }

        var link = new IngestLink(register.Node, new CreditAccount(ingest, loop.Ledger.LineageEpoch)) { Tell = tell };
        _links[ingest] = link;
        _credits.Open(link.Account);
        return link;
    }

    private void Divide()
    {
        if (!IsPaused)
        {
            _credits.Divide(loop.WaitingRecords, starving: !loop.HasBatch);
        }
    }

    private void Say(Guid ingest, IngestLink link)
    {
        link.HasNews();
        link.Tell(new CreditGranted(loop.Ledger.LineageEpoch, ingest, link.Account.Granted));
    }

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
                Supersede(superseded.NewerEpoch);
                break;
            default:
                metrics.StaleChunkDropped();
                break;
        }
    }

    private void Supersede(long newer) => outlet.Fail(new InvalidOperationException(
        $"An ingest follows lineage epoch {newer}, this trainer is epoch {loop.Ledger.LineageEpoch}: a newer trainer is at work, so this one stops."));

    /// <summary>To the ingest whose reading it is; to all where its source is not known yet, which all but one pass over.</summary>
    private void Rewind(PartitionId partition, long next, AssignmentEpoch causedBy)
    {
        var rewind = new RewindPartition(partition, next, loop.Ledger.LineageEpoch, causedBy);
        var known = _links.Values.FirstOrDefault(l => l.Source == causedBy.Source);
        foreach (var link in known is null ? _links.Values.ToList() : [known])
        {
            link.Tell(rewind);
        }
    }
}
