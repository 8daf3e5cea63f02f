using StreamingContrastive.Learning.Checkpoints;

namespace StreamingContrastive.Learning.Training;

/// <summary>
/// Everything of the trainer that a checkpoint holds, as host copies that nobody changes afterwards. The published snapshot is not
/// among them: a checkpoint's published snapshot is its key encoder.
/// </summary>
/// <param name="Step">Completed steps.</param>
/// <param name="SpaceId">Embedding space of the trainer it was taken from.</param>
/// <param name="Files">
/// "query" and "key": parameters and buffers by state-dict name. "optimizer": "step" and one tensor a state and parameter, such as
/// "exp_avg.conv1.weight". "queue": "keys" [K, d], "record_id", "input_hash", "label", "encoder_step", "event_time" [K], "next",
/// "filled". Where records have several parts each of the four is there once a part, with ".NAME" behind it. "loss" and "loss.optimizer":
/// what a loss learns; "objective": what its policies learn. Each becomes a file of that name.
/// </param>
public sealed record TrainerState(long Step, string SpaceId, IReadOnlyDictionary<string, IReadOnlyList<HostTensor>> Files);

/// <summary>A saved state does not fit the trainer that is to take it. The message names file, tensor, what it is and what is needed.</summary>
public sealed class TrainerStateException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">File, tensor, what was found, what is needed.</param>
    public TrainerStateException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a cause.</summary>
    /// <param name="message">File, tensor, what was found, what is needed.</param>
    /// <param name="inner">The cause.</param>
    public TrainerStateException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates an exception without details.</summary>
    public TrainerStateException()
    {
    }
}
