namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Something about the checkpoint directory that a person has to decide or mend; the message says what. Ends the process.</summary>
public abstract class CheckpointException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The directory cannot carry checkpoints: a missing guarantee of the file system, or no access.</summary>
public sealed class CheckpointDirectoryException(string message, Exception? inner = null) : CheckpointException(message, inner);

/// <summary>A newer trainer has started: this one must not write or publish any more.</summary>
public sealed class LineageFencedException(long epoch, long newerEpoch, string path) : CheckpointException(
    $"This trainer holds lineage epoch {epoch}, and {path} shows that a newer one started with epoch {newerEpoch}. "
    + "It stops: what it did since its last checkpoint is trained again by the newer one. Nothing has to be done.")
{
    /// <summary>This trainer's epoch.</summary>
    public long Epoch { get; } = epoch;

    /// <summary>The newest epoch.</summary>
    public long NewerEpoch { get; } = newerEpoch;
}

/// <summary>There are checkpoints, and none of them is whole: a fresh start would silently throw everything away.</summary>
public sealed class CheckpointDamagedException(string message, IReadOnlyList<CheckpointFinding> findings) : CheckpointException(message)
{
    /// <summary>What is wrong with each.</summary>
    public IReadOnlyList<CheckpointFinding> Findings { get; } = findings;
}

/// <summary>The newest whole checkpoint is older than one whose outputs were published; only a person may go back behind it.</summary>
public sealed class CheckpointRollbackException(string message, CheckpointName? target, CheckpointName announced) : CheckpointException(message)
{
    /// <summary>The checkpoint that it would go back to.</summary>
    public CheckpointName? Target { get; } = target;

    /// <summary>The newest announced one.</summary>
    public CheckpointName Announced { get; } = announced;
}

/// <summary>The checkpoint's offsets belong to another cluster, to a topic that was made anew, or lie beyond the topic's end. Nothing was started.</summary>
public sealed class CheckpointOriginException(string message) : CheckpointException(message);

/// <summary>A checkpoint of a format that this version does not know.</summary>
public sealed class CheckpointFormatException(string message) : CheckpointException(message);

/// <summary>A checkpoint could not be written, committed or marked. The last committed one is whole.</summary>
public sealed class CheckpointWriteException(string message, string path, string reason, Exception? inner) : CheckpointException(message, inner)
{
    /// <summary>Where.</summary>
    public string Path { get; } = path;

    /// <summary>Why, in a few words.</summary>
    public string Reason { get; } = reason;
}
