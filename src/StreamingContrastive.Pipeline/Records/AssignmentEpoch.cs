namespace StreamingContrastive.Pipeline.Records;

/// <summary>
/// Names one uninterrupted reading of a partition: a new one begins at every assignment and at every rewind, so that work
/// which was under way before can be told apart and dropped. Compared for equality; ordered only within one source.
/// </summary>
/// <param name="Source">The record source (one a process start).</param>
/// <param name="Number">Counts up within that source.</param>
public readonly record struct AssignmentEpoch(Guid Source, long Number);
