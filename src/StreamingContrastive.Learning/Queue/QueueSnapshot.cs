using StreamingContrastive.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Queue;

/// <summary>
/// The queue as it stands before this step's keys are stored: views of its filled rows, not copies. Unfilled rows are never shown, so
/// they cannot count as candidates. Valid until the next enqueue, which the trainer does after backward.
/// </summary>
/// <param name="Keys">[filled, d].</param>
/// <param name="Items">Metadata, [fields, filled].</param>
internal sealed record QueueSnapshot(Tensor Keys, ItemMeta Items);
