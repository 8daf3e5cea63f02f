using Akka.Actor;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>What an ingest has sent under credits; absolute, so that no message of it is needed.</summary>
/// <param name="Ingest">The ingest, one a start.</param>
/// <param name="LineageEpoch">The trainer's epoch that it follows; 0 before its first offset table.</param>
/// <param name="Total">Records that it has sent in that epoch.</param>
internal readonly record struct SentRecords(Guid Ingest, long LineageEpoch, long Total);

/// <summary>
/// An ingest says that it is there and what it has sent. Answered by <see cref="CreditGranted"/>, and by <c>OffsetTable</c> while it
/// follows another epoch than the trainer's; by <see cref="IngestRefused"/> where its pipeline is another one. Repeated for as long as it
/// lives, so that whatever was lost between the two is said again.
/// </summary>
/// <param name="Sent">What it has sent.</param>
internal sealed record RegisterIngest(SentRecords Sent) : IClusterMessage
{
    /// <summary>The node that it is on; a second ingest of one node takes the first one's place. Empty in one process.</summary>
    public string Node { get; init; } = "";

    /// <summary>Hash of its pipeline's configuration (<c>ConfigurationFingerprint</c>). Empty in one process.</summary>
    public string Configuration { get; init; } = "";

    /// <summary>What it reads and where the partitions end, for the lag; none before its first offset table.</summary>
    public IReadOnlyList<PartitionPosition> Positions { get; init; } = [];
}

/// <summary>The trainer takes nothing from this ingest, which ends.</summary>
/// <param name="Ingest">The ingest.</param>
/// <param name="Reason">What to do about it, for a person.</param>
internal sealed record IngestRefused(Guid Ingest, string Reason) : IClusterMessage;

/// <summary>A chunk of pairs for the trainer, sent under credits. The trainer owns its buffers from here on.</summary>
internal sealed record ChunkReady(PairChunk Chunk, SentRecords Sent) : IClusterMessage;

/// <summary>The topic no longer holds [From, To) and the gap policy allows to go on: judged as a chunk of that range is.</summary>
internal sealed record GapFound(PartitionId Partition, long From, long To, long LineageEpoch, AssignmentEpoch Assignment) : IClusterMessage;

/// <summary>Throw away what is under way of the partition and read it again from Next.</summary>
internal sealed record RewindPartition(PartitionId Partition, long Next, long LineageEpoch, AssignmentEpoch CausedBy) : IClusterMessage;

/// <summary>Records that the ingest may have sent in all since it follows this epoch; repeated on a tick.</summary>
internal sealed record CreditGranted(long LineageEpoch, Guid Ingest, long CumulativeRecords) : IClusterMessage;

/// <summary>Offsets of a durable checkpoint, for the group's advisory commit.</summary>
internal sealed record CommitOffsets(OffsetTable Table) : IClusterMessage;

/// <summary>Stop training: discard what waits, checkpoint, publish. Answered by <see cref="TrainerDrained"/>.</summary>
internal sealed record DrainTrainer : INoSerializationVerificationNeeded
{
    public static readonly DrainTrainer Instance = new();
}

/// <summary>The last checkpoint is durable and its outputs are acknowledged.</summary>
internal sealed record TrainerDrained : INoSerializationVerificationNeeded
{
    public static readonly TrainerDrained Instance = new();
}

/// <summary>Runs work on the trainer's thread between two steps (benchmarks of the same process). In-process only.</summary>
internal sealed record RunBetweenSteps(Action Work, TaskCompletionSource Done) : INoSerializationVerificationNeeded
{
    /// <summary>Does it, on the calling thread; whoever waits hears of a failure, and so does the caller.</summary>
    public void Run()
    {
        try
        {
            Work();
            Done.SetResult();
        }
        catch (Exception exception)
        {
            Done.SetException(exception);
            throw;
        }
    }
}
