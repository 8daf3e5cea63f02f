namespace StreamingContrastive.Contracts;

/// <summary>Counts since a lineage began. Consumed = Trained + DeadLettered + Tombstones.</summary>
/// <param name="Consumed">Records whose offsets the trainer let pass.</param>
/// <param name="Trained">Records that were trained on.</param>
/// <param name="DeadLettered">Records that went to the dead-letter topic.</param>
/// <param name="Tombstones">Records with a null value.</param>
/// <param name="EmbeddingsPublished">Records whose embeddings were handed to the output topics, repeats not counted; a record of several parts counts once.</param>
/// <param name="GapOffsets">Offsets that the input no longer held and that input.onGap let pass.</param>
public sealed record RecordCounters(
    long Consumed, long Trained, long DeadLettered, long Tombstones, long EmbeddingsPublished, long GapOffsets);

/// <summary>A message of NAME.metrics: what the trainer measured up to a step.</summary>
public sealed record MetricsRecord
{
    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The trainer start that measured.</summary>
    public required long LineageEpoch { get; init; }

    /// <summary>Optimizer steps done in the lineage.</summary>
    public required long Step { get; init; }

    /// <summary>The snapshot that publishes at this step.</summary>
    public required long ModelVersion { get; init; }

    /// <summary>When it was measured, milliseconds since 1970.</summary>
    public required long TimeUnixMs { get; init; }

    /// <summary>Counts.</summary>
    public required RecordCounters Counters { get; init; }

    /// <summary>Measured values by name; a name that is absent was not measured. Finite or not: a loss may be NaN.</summary>
    public required IReadOnlyDictionary<string, double> Values { get; init; }
}
