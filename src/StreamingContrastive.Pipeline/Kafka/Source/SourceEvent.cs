using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// What a source tells, in the order in which the trainer has to hear it. Within one assignment epoch the ranges of chunks and gaps
/// join without holes. One channel for both, rather than a callback for gaps: a gap that overtook the chunk before it would be refused.
/// </summary>
/// <param name="Partition">The partition.</param>
/// <param name="Assignment">The reading that it belongs to.</param>
internal abstract record SourceEvent(PartitionId Partition, AssignmentEpoch Assignment);

/// <summary>Records were read, or (an empty range) there was nothing to read for a while.</summary>
/// <param name="Chunk">The chunk.</param>
internal sealed record ChunkRead(RecordChunk Chunk) : SourceEvent(Chunk.Partition, Chunk.Assignment);

/// <summary>
/// The topic no longer holds the records [From, To), and the gap policy allows to go on without them: the ledger is to be moved from
/// <paramref name="From"/> to <paramref name="To"/>, exactly as a chunk would move it (accepted only when From is the next offset).
/// </summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The offset that was wanted.</param>
/// <param name="To">The offset that is read next; below <paramref name="From"/> where the topic was deleted and made anew.</param>
/// <param name="LineageEpoch">The trainer's epoch that the reading follows.</param>
/// <param name="Assignment">The reading that it belongs to.</param>
internal sealed record GapNotice(PartitionId Partition, long From, long To, long LineageEpoch, AssignmentEpoch Assignment)
    : SourceEvent(Partition, Assignment);
