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

    /// <summary>A loss that takes several positives an anchor.</summary>
    ManyPositives = 16,

    /// <summary>A loss that judges every pair alone (sigmoid): log-weights over candidates mean nothing to it.</summary>
    Pairwise = 32,
}

/// <summary>Which network encodes which view.</summary>
internal enum ViewEncoding
{
    /// <summary>Query view by the query encoder, key view by the key encoder.</summary>
    QueryAndKey,

    /// <summary>Both views by both encoders: two directions.</summary>
    BothByBoth,

    /// <summary>Both views by the query encoder, with gradient; the key encoder only follows.</summary>
    BothByQuery,

    /// <summary>The query view by the query encoder, with gradient; the key encoder only follows.</summary>
    QueryOnly,
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
/// <param name="Parts">The parts of a record (its modalities), in the order of the row; one where a record is one picture. All have B rows.</param>
/// <param name="Rows">Metadata of the batch: a record's parts share theirs.</param>
internal sealed record Encoded(IReadOnlyList<EncodedPart> Parts, ItemMeta Rows)
{
    /// <summary>Record ids whose records an anchor is to be held against as hard negatives, [B, m] int64, 0 where there are fewer; null where the pipeline takes none.</summary>
    public Tensor? References { get; init; }

    /// <summary>The part of records of one part.</summary>
    /// <exception cref="InvalidOperationException">Records have several.</exception>
    public EncodedPart Only => Parts is [var part] ? part
        : throw new InvalidOperationException($"This plan contrasts the views of one part, but records have {Parts.Count}: {string.Join(", ", Parts.Select(p => p.Part))}. The rules of the objective let no such mix through.");
}

/// <summary>What a policy may know of the step beside the direction.</summary>
/// <param name="Step">Number of the step, from 0.</param>
internal sealed record StepContext(long Step);

/// <summary>Keys to store once every direction is done.</summary>
/// <param name="Keys">[B, d].</param>
/// <param name="Items">Their metadata.</param>
/// <param name="OfQueryView">Whether they are of the query views; else of the key views.</param>
/// <param name="Part">Index of the part whose queue takes them.</param>
internal sealed record Enqueue(Tensor Keys, ItemMeta Items, bool OfQueryView = false, int Part = 0)
{
    /// <summary>Rows of the batch that the keys belong to, [n] int64, where parts are missing; null: all, in order.</summary>
    public Tensor? Rows { get; init; }
}

/// <summary>Losses of the rows.</summary>
/// <param name="PerRow">[R]; 0 where the row is invalid.</param>
/// <param name="Valid">[R] bool: false for rows without candidates. Null: all are valid.</param>
/// <param name="Clamped">[R] bool: rows whose estimate met its lower bound, which stops their negatives' gradient. Null where the loss has no bound.</param>
internal sealed record LossRows(Tensor PerRow, Tensor? Valid, Tensor? Clamped = null);

/// <summary>Says which anchors meet which candidates, and what is remembered.</summary>
internal interface IPlan
{
    /// <summary>What it needs encoded.</summary>
    public ViewEncoding Encoding { get; }

    /// <summary>The directions of a step; one queue a part, in the order of the encoded parts, as they were before this step.</summary>
    public IReadOnlyList<Direction> Build(Encoded encoded, IReadOnlyList<QueueSnapshot> queues);

    public IReadOnlyList<Enqueue> Keys(Encoded encoded);
}

/// <summary>Says which candidates are positives too. Runs before every policy, so that no mask removes a positive as an own key.</summary>
internal interface IPositiveRule
{
    public Needs Needs { get; }

    /// <summary>One line for a person.</summary>
    public string Description { get; }

    public Direction Mark(Direction direction);
}

/// <summary>A pure change of a direction's candidates: a function of the direction, the step and the settings, so nothing of it needs saving.</summary>
internal interface IPolicy
{
    public Stage Stage { get; }

    public Needs Needs { get; }

    /// <summary>One line for a person.</summary>
    public string Description { get; }

    public Direction Apply(Direction direction, StepContext context);
}

/// <summary>A loss over a direction. A row without candidates is invalid: loss 0, excluded from the mean, counted.</summary>
internal interface ILoss
{
    public Needs Needs { get; }

    public LossRows Forward(Direction direction);
}

/// <summary>A term of the loss beside it.</summary>
internal interface ILossTerm
{
    /// <summary>One line for a person.</summary>
    public string Description { get; }

    /// <summary>The weighted term over a direction after its policies, a scalar with gradient; null where it has nothing to say in this step.</summary>
    public Tensor? Forward(Direction direction);
}

/// <summary>A part that learns beside the encoder (an estimator, clusters). Its tensors live on the device and belong to the checkpoint.</summary>
internal interface ILearned : IDisposable
{
    /// <summary>Name inside the checkpoint, unique in an objective.</summary>
    public string Name { get; }

    /// <summary>The live tensors of its state, float or int64, by name; saved by copying them, restored by copying into them.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> State { get; }

    /// <summary>Sees the batch before its directions are built; may write to the metadata of its rows, but learns nothing: the step may yet be refused.</summary>
    public void Observe(Encoded encoded, StepContext context)
    {
    }

    /// <summary>Learns from a finished step, after the optimizer and before the enqueue. Runs without gradients.</summary>
    public void Learn(Encoded encoded, ObjectiveResult result, StepContext context);

    /// <summary>Adds what an operator should know to the measures of a step. Copies to the host, so it runs at the metrics interval only.</summary>
    public LearnedMeasures Measure(LearnedMeasures measures, ObjectiveResult result, StepContext context) => measures;
}
