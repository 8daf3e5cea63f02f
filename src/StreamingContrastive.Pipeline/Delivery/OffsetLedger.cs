using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>
/// The trainer's authority on offsets (design.md section 4). A chunk is admitted only when it continues its partition without a
/// hole and was read under this trainer's epoch; anything else sends its source back, once. So a lost, doubled or reordered
/// message, a rebalance and a failover cost a second reading and never a record.
/// Two positions a partition: <i>admitted</i> (given to the assembler) and <i>trained</i> (part of a step; what a checkpoint
/// stores and a restart reads on at). Pure, owned by the trainer, not thread-safe.
/// </summary>
internal sealed class OffsetLedger
{
    private readonly Dictionary<PartitionId, PartitionPosition> _partitions = [];

    /// <summary>Begins at the offsets of a checkpoint.</summary>
    /// <param name="lineageEpoch">This trainer's epoch.</param>
    /// <param name="next">Next offset of every partition that is known.</param>
    public OffsetLedger(long lineageEpoch, IReadOnlyDictionary<PartitionId, long> next)
    {
        LineageEpoch = lineageEpoch;
        foreach (var (partition, offset) in next)
        {
            Register(partition, offset);
        }
    }

    /// <summary>This trainer's epoch.</summary>
    public long LineageEpoch { get; }

    /// <summary>Chunks that were admitted, heartbeats included.</summary>
    public long AcceptedChunks { get; private set; }

    /// <summary>Rewinds that were asked for, repeats not counted.</summary>
    public long RequestedRewinds { get; private set; }

    /// <summary>Chunks that were dropped because their reading had been told to rewind before.</summary>
    public long StaleChunks { get; private set; }

    /// <summary>Offsets that <see cref="OfferGap"/> let pass.</summary>
    public long SkippedOffsets { get; private set; }

    /// <summary>Judges a chunk. Only after <see cref="OfferVerdict.Accepted"/> may it go to the assembler, and then it must.</summary>
    public OfferVerdict Offer(PairChunk chunk) => Offer(ChunkHeader.Of(chunk));

    /// <summary>Judges a range; see <see cref="Offer(PairChunk)"/>.</summary>
    public OfferVerdict Offer(in ChunkHeader header)
    {
        if (header.From < 0 || header.To < header.From)
        {
            throw new ArgumentException(
                $"{header.Partition} [{header.From}, {header.To}) is not a range: offsets begin at 0 and a range does not end before it begins.", nameof(header));
        }

        if (header.LineageEpoch > LineageEpoch)
        {
            return new OfferVerdict.Superseded(header.LineageEpoch);
        }

        if (!_partitions.TryGetValue(header.Partition, out var position))
        {
            return new OfferVerdict.UnknownPartition(header.Partition);
        }

        if (position.IsRejected(header.Assignment))
        {
            StaleChunks++;
            return OfferVerdict.AlreadyRejected.Instance;
        }

        if (header.LineageEpoch != LineageEpoch || header.From != position.Admitted)
        {
            RequestedRewinds++;
            position.Reject(header.Assignment);
            return new OfferVerdict.Rewind(header.Partition, position.Admitted, LineageEpoch, header.Assignment);
        }

        AcceptedChunks++;
        position.Admitted = header.To;
        position.Heard(header.Assignment);
        return OfferVerdict.Accepted.Instance;
    }

    /// <summary>Adds a partition that no checkpoint knew, at the offset where it begins. A known partition keeps its place (false).</summary>
    public bool Register(PartitionId partition, long next)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(next);
        return _partitions.TryAdd(partition, new PartitionPosition(partition, next));
    }

    /// <summary>
    /// The topic no longer holds the range and the gap policy lets it pass: judged as a chunk is, so that a gap of another epoch, a
    /// repeat and one that was overtaken send their source back. After <see cref="OfferVerdict.Accepted"/> the same gap must go to
    /// <see cref="BatchAssembler.AcceptGap"/>.
    /// </summary>
    public OfferVerdict OfferGap(in ChunkHeader gap)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(gap.To, gap.From, nameof(gap));
        var verdict = Offer(gap);
        if (verdict is OfferVerdict.Accepted)
        {
            SkippedOffsets += gap.To - gap.From;
        }

        return verdict;
    }

    /// <summary>Moves the trained watermarks once the step is done.</summary>
    public void MarkTrained(BatchPositions positions)
    {
        foreach (var passed in positions.Partitions)
        {
            MarkTrained(passed.Partition, passed.To);
        }
    }

    /// <summary>Moves one trained watermark; it never goes back and never beyond what was admitted.</summary>
    public void MarkTrained(PartitionId partition, long watermark)
    {
        var position = At(partition);
        if (watermark < position.Trained || watermark > position.Admitted)
        {
            throw new InvalidOperationException(
                $"The watermark of {partition} cannot go to {watermark}: it stands at {position.Trained} and {position.Admitted} is admitted.");
        }

        position.Trained = watermark;
    }

    /// <summary>
    /// Rewinds whose effect was not seen yet, with the offsets as they are now: a tick sends them again. One leaves the list when
    /// its source is heard under a newer assignment epoch, withdraws, or is forgotten; a chunk of another source does not
    /// remove it, because that one may be a late message of the partition's former owner.
    /// </summary>
    public IReadOnlyList<OfferVerdict.Rewind> OutstandingRewinds() =>
    [
        .. from position in _partitions.Values
           from assignment in position.Outstanding()
           select new OfferVerdict.Rewind(position.Partition, position.Admitted, LineageEpoch, assignment),
    ];

    /// <summary>The source says that this reading is over (revoked, or already replaced): its rewind need not be repeated.</summary>
    public void Withdraw(PartitionId partition, AssignmentEpoch assignment) => At(partition).Withdraw(assignment);

    /// <summary>The source is gone for good (its node left): nothing more is owed to it.</summary>
    public void ForgetSource(Guid source)
    {
        foreach (var position in _partitions.Values)
        {
            position.Forget(source);
        }
    }

    /// <summary>Next offset that would be admitted, or null for an unknown partition.</summary>
    public long? Admitted(PartitionId partition) => _partitions.TryGetValue(partition, out var position) ? position.Admitted : null;

    /// <summary>First offset that a restart would read, or null for an unknown partition.</summary>
    public long? Trained(PartitionId partition) => _partitions.TryGetValue(partition, out var position) ? position.Trained : null;

    /// <summary>A copy of the admitted positions: the offset table that sources read on at.</summary>
    public IReadOnlyDictionary<PartitionId, long> AdmittedTable() => _partitions.ToDictionary(p => p.Key, p => p.Value.Admitted);

    /// <summary>A copy of the trained positions: what a checkpoint stores.</summary>
    public IReadOnlyDictionary<PartitionId, long> TrainedTable() => _partitions.ToDictionary(p => p.Key, p => p.Value.Trained);

    private PartitionPosition At(PartitionId partition) => _partitions.TryGetValue(partition, out var position)
        ? position
        : throw new ArgumentException($"{partition} is not in the ledger: Register it first.", nameof(partition));
}
