using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>What a policy or loss asks of the objective it is part of; impossible mixes are refused when it is composed.</summary>
[Flags]
internal enum Needs
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Labels in the stream.</summary>
    Labels = 1,

    /// <summary>A loss that normalises over candidates (softmax), so that log-weights mean something.</summary>
    Softmax = 2,

    /// <summary>Exactly one positive an anchor.</summary>
    SinglePositive = 4,

    /// <summary>A queue of past keys.</summary>
    Queue = 8,
}

/// <summary>Stages of policies, in the one legal order (learning.md section 6): what is masked early is never selected or mixed later.</summary>
internal enum Stage
{
    /// <summary>Removes candidates that must not count: own keys, duplicates.</summary>
    Mask,

    /// <summary>Removes or attracts false negatives.</summary>
    FalseNegative,

    /// <summary>Keeps a band or the hardest.</summary>
    Select,

    /// <summary>Weights what is left.</summary>
    Weight,

    /// <summary>Makes further candidates of what is left.</summary>
    Synthesize,
}

/// <summary>The encoded batch of one step.</summary>
/// <param name="Query">Unit rows [B, d] of the query encoder, with gradient.</param>
/// <param name="Key">Unit rows [B, d] of the key encoder, without gradient.</param>
/// <param name="Rows">Metadata of the batch.</param>
internal sealed record Encoded(Tensor Query, Tensor Key, ItemMeta Rows);

/// <summary>What a policy may know of the step beside the direction.</summary>
/// <param name="Step">Number of the step, from 0.</param>
internal sealed record StepContext(long Step);

/// <summary>Keys to store once every direction is done.</summary>
internal sealed record Enqueue(Tensor Keys, ItemMeta Items);

/// <summary>Losses of the rows.</summary>
/// <param name="PerRow">[R]; 0 where the row is invalid.</param>
/// <param name="Valid">[R] bool: false for rows without candidates. Null: all are valid.</param>
internal sealed record LossRows(Tensor PerRow, Tensor? Valid);

/// <summary>Says which anchors meet which candidates, and what is remembered.</summary>
internal interface IPlan
{
    public IReadOnlyList<Direction> Build(Encoded encoded, QueueSnapshot queue);

    public IReadOnlyList<Enqueue> Keys(Encoded encoded);
}

/// <summary>A pure change of a direction's candidates.</summary>
internal interface IPolicy
{
    public Stage Stage { get; }

    public Needs Needs { get; }

    public Direction Apply(Direction direction, StepContext context);
}

/// <summary>A loss over a direction. A row without candidates is invalid: loss 0, excluded from the mean, counted.</summary>
internal interface ILoss
{
    public Needs Needs { get; }

    public LossRows Forward(Direction direction);
}
