namespace StreamingContrastive.Pipeline.Operations;

/// <summary>How a pipeline is, as one of its nodes sees it.</summary>
/// <param name="Node">The node that was asked; empty in one process.</param>
/// <param name="Members">The nodes of the cluster; none in one process.</param>
/// <param name="Trainer">The trainer; null while none answers.</param>
public sealed record PipelineStatus(string Node, IReadOnlyList<MemberStatus> Members, TrainerStatus? Trainer);

/// <summary>A node of a cluster.</summary>
/// <param name="Node">host:port.</param>
/// <param name="Roles">What it does.</param>
/// <param name="State">up, joining, leaving, exiting, down, or unreachable.</param>
public sealed record MemberStatus(string Node, IReadOnlyList<string> Roles, string State);

/// <summary>The trainer and whom it hears.</summary>
public sealed record TrainerStatus
{
    /// <summary>Its node; empty in one process.</summary>
    public string Node { get; init; } = "";

    /// <summary>Lineage epoch.</summary>
    public long LineageEpoch { get; init; }

    /// <summary>Optimizer steps of the lineage.</summary>
    public long Step { get; init; }

    /// <summary>The version that embeds now.</summary>
    public ulong ModelVersion { get; init; }

    /// <summary>The newest durable checkpoint; null before it.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Somebody has paused it: no credit is granted.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Records trained in the lineage.</summary>
    public long Trained { get; init; }

    /// <summary>Records that wait with the trainer.</summary>
    public int Pending { get; init; }

    /// <summary>Records that wait in the topic; -1 while unknown.</summary>
    public long Lag { get; init; } = -1;

    /// <summary>Trained records a second, over the last ten seconds.</summary>
    public double RecordsPerSecond { get; init; }

    /// <summary>Ingests that it hears.</summary>
    public IReadOnlyList<IngestStatus> Ingests { get; init; } = [];
}

/// <summary>An ingest as the trainer sees it.</summary>
/// <param name="Node">Its node; empty in one process.</param>
/// <param name="Sent">Records that it has sent in this epoch.</param>
/// <param name="Granted">Records that it may send in all: the difference is its credit.</param>
/// <param name="RecordsPerSecond">Records a second, over the last ten seconds.</param>
/// <param name="Partitions">What it reads.</param>
public sealed record IngestStatus(string Node, long Sent, long Granted, double RecordsPerSecond, IReadOnlyList<PartitionStatus> Partitions);

/// <summary>A partition that an ingest reads.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Number.</param>
/// <param name="Trained">First offset that is not trained; -1 while unknown.</param>
/// <param name="Lag">Records behind it; -1 while unknown.</param>
public sealed record PartitionStatus(string Topic, int Partition, long Trained, long Lag);
