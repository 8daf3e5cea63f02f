using Akka.Actor;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>An ingest asks for the offset table; answered by <c>OffsetTable</c> and <see cref="CreditGranted"/>. Repeated until it is.</summary>
internal sealed record RegisterIngest
{
    public static readonly RegisterIngest Instance = new();
}

/// <summary>A chunk of pairs for the trainer, sent under credits. The trainer owns its buffers from here on.</summary>
internal sealed record ChunkReady(PairChunk Chunk) : INoSerializationVerificationNeeded;

/// <summary>The topic no longer holds [From, To) and the gap policy allows to go on: the trainer moves its offset.</summary>
internal sealed record GapFound(PartitionId Partition, long From, long To, AssignmentEpoch Assignment);

/// <summary>Throw away what is under way of the partition and read it again from Next.</summary>
internal sealed record RewindPartition(PartitionId Partition, long Next, long LineageEpoch, AssignmentEpoch CausedBy);

/// <summary>Records that the ingest may have sent in all since its registration in this epoch; repeated on a tick.</summary>
internal sealed record CreditGranted(long LineageEpoch, long CumulativeRecords);

/// <summary>Offsets of a durable checkpoint, for the group's advisory commit.</summary>
internal sealed record CommitOffsets(OffsetTable Table);

/// <summary>Stop training: discard what waits, checkpoint, publish. Answered by <see cref="TrainerDrained"/>.</summary>
internal sealed record DrainTrainer
{
    public static readonly DrainTrainer Instance = new();
}

/// <summary>The last checkpoint is durable and its outputs are acknowledged.</summary>
internal sealed record TrainerDrained
{
    public static readonly TrainerDrained Instance = new();
}

/// <summary>Runs work on the trainer's thread between two steps (benchmarks of the same process). In-process only.</summary>
internal sealed record RunBetweenSteps(Action Work, TaskCompletionSource Done) : INoSerializationVerificationNeeded;
