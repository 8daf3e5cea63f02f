using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>A guard of the trainer wants an older checkpoint back. Nothing is trained, checkpointed or published after it.</summary>
/// <param name="Reason">What was seen, as a sentence without a full stop.</param>
/// <param name="Step">Completed steps at that moment.</param>
/// <param name="Retried">Records that are to blame or not: the next epoch tries them once more.</param>
internal sealed record GuardTrip(string Reason, long Step, IReadOnlyList<RetriedRange> Retried);
