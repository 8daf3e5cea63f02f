using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>What the ledger says to a chunk. Only <see cref="Accepted"/> hands the chunk on; whoever offered it drops it otherwise.</summary>
internal abstract record OfferVerdict
{
    private OfferVerdict()
    {
    }

    /// <summary>The range follows the last one without a hole: give the chunk to the assembler.</summary>
    public sealed record Accepted : OfferVerdict
    {
        /// <summary>The only instance.</summary>
        public static readonly Accepted Instance = new();
    }

    /// <summary>
    /// The source throws its in-flight work of the partition away and reads on at <paramref name="Next"/> under a new assignment
    /// epoch. It obeys only while <paramref name="CausedBy"/> is its current reading and <paramref name="LineageEpoch"/> is not
    /// older than the one it knows, so repeats and delayed copies are harmless.
    /// </summary>
    /// <param name="Partition">The partition.</param>
    /// <param name="Next">Offset to read on at.</param>
    /// <param name="LineageEpoch">The trainer's epoch.</param>
    /// <param name="CausedBy">The reading that is at an end.</param>
    public sealed record Rewind(PartitionId Partition, long Next, long LineageEpoch, AssignmentEpoch CausedBy) : OfferVerdict;

    /// <summary>Its reading was told to rewind before: drop it, say nothing.</summary>
    public sealed record AlreadyRejected : OfferVerdict
    {
        /// <summary>The only instance.</summary>
        public static readonly AlreadyRejected Instance = new();
    }

    /// <summary>No checkpoint knows this partition: resolve where it starts, then call <see cref="OffsetLedger.Register"/>.</summary>
    /// <param name="Partition">The partition.</param>
    public sealed record UnknownPartition(PartitionId Partition) : OfferVerdict;

    /// <summary>The source already follows a newer trainer: this one has to stop, and must not rewind anybody.</summary>
    /// <param name="NewerEpoch">The newer trainer's epoch.</param>
    public sealed record Superseded(long NewerEpoch) : OfferVerdict;
}
