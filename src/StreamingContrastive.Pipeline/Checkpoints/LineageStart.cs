namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>What a starting trainer asks of the store.</summary>
internal sealed record LineageRequest
{
    /// <summary>Whether it may go back behind an announced checkpoint (--accept-rollback). Default false.</summary>
    public bool AcceptRollback { get; init; }

    /// <summary>Factor on the learning rate for the new epoch; null takes over the last epoch's.</summary>
    public double? LearningRateScale { get; init; }

    /// <summary>Attempt counter of the new epoch; null takes over the last epoch's.</summary>
    public int? Attempt { get; init; }

    /// <summary>Records that the new epoch tries again; none for nothing, null takes over the last epoch's.</summary>
    public IReadOnlyList<RetriedRange>? Retried { get; init; }

    /// <summary>Machine name in the epoch file.</summary>
    public string Host { get; init; } = Environment.MachineName;

    /// <summary>Process id in the epoch file.</summary>
    public int ProcessId { get; init; } = Environment.ProcessId;
}

/// <summary>The newest whole checkpoint of the surviving lineage.</summary>
/// <param name="Checkpoint">The checkpoint; null where there was never one.</param>
/// <param name="Findings">What was skipped or ignored on the way: to be logged.</param>
/// <param name="View">The look at the directory that it was found in.</param>
internal sealed record LoadResult(LoadedCheckpoint? Checkpoint, IReadOnlyList<CheckpointFinding> Findings, LineageView View);

/// <summary>A start: the epoch that was begun and the checkpoint that it goes on from.</summary>
/// <param name="Epoch">The new epoch, durable.</param>
/// <param name="Loaded">The checkpoint; null for a fresh start.</param>
/// <param name="Findings">To be logged.</param>
internal sealed record LineageStart(EpochRecord Epoch, LoadedCheckpoint? Loaded, IReadOnlyList<CheckpointFinding> Findings)
{
    /// <summary>New model versions lie above this.</summary>
    public ulong ModelVersionFloor => Epoch.ModelVersionFloor;
}
