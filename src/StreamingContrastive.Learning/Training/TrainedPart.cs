using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Momentum;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Policies;
using StreamingContrastive.Learning.Optimization;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>What the trainer has of each part of a record: query and key encoder, published snapshot, queue, optimizer.</summary>
internal sealed class TrainedPart : IDisposable
{
    // A BatchNorm over one row has no variance: it would pass zeros on and poison the running variance.
    private const int LeastRows = 2;

    private readonly TrainerConfiguration configuration;
    private readonly StepUndo undo;
    private readonly TrainedPart? owner;
    private readonly QueueRefresh? refresh;

    /// <param name="configuration">Everything.</param>
    /// <param name="index">Index of the part.</param>
    /// <param name="owner">The part whose networks this one takes; null: it has its own.</param>
    /// <param name="dtype">Type of values.</param>
    /// <param name="device">Device.</param>
    public TrainedPart(TrainerConfiguration configuration, int index, TrainedPart? owner, ScalarType dtype, Device device)
    {
        this.owner = owner;
        this.configuration = configuration;
        Index = index;
        Row = configuration.Layout.Parts[index];
        var options = configuration.EncoderOf(index);
        var seed = index == 0 ? configuration.Seed : StepSeed.Of(configuration.Seed, index, "part");
        Input = new PartInput(Row, dtype);
        Encoder = owner?.Encoder ?? Backbones.Encoder(options, Row);
        Networks = owner?.Networks ?? new MomentumEncoder(Encoder, NetworkState.Create(Encoder.Layout, dtype, device, seed), new(Row.Name, seed, options.Normalization));
        undo = owner?.undo ?? new StepUndo(Networks);
        Published = owner?.Published ?? new FrozenNetwork(Encoder, Networks.Key);
        refresh = configuration.Objective.Policies.Refresh is { } again ? new QueueRefresh(again.RowsPerStep, Input) : null;
        Queue = new NegativeQueue(configuration.Objective.QueueCapacityRows, Encoder.ProjectionDimension, dtype, device, refresh is null ? 0 : Row.Bytes);
        Optimizer = owner?.Optimizer ?? FlatOptimizer.Create(configuration.Training, Networks.Query);
        Embedder = new SnapshotEmbedder(Encoder, Input, device);
    }

    public int Index { get; }

    public RowPart Row { get; }

    public PartInput Input { get; }

    public Encoder Encoder { get; }

    public MomentumEncoder Networks { get; }

    public FrozenNetwork Published { get; }

    public NegativeQueue Queue { get; }

    public FlatOptimizer Optimizer { get; }

    public SnapshotEmbedder Embedder { get; }

    /// <summary>Whether the networks are its own: what is done once for a network is done by its owner.</summary>
    public bool OwnsNetworks => owner is null;

    /// <summary>Whether the running step moves the networks: this part, or one that shares them, has rows.</summary>
    public bool IsMoved { get; private set; }

    /// <summary>Whether the running step encodes any row of this part; a part without rests: no average, no optimizer step, no statistics.</summary>
    public bool IsEncoded { get; private set; }

    /// <summary>Behind a file's name in a checkpoint: nothing where records have one part, so that checkpoints keep their names.</summary>
    public string FileSuffix => configuration.Layout.Parts.Count == 1 ? "" : $".{Row.Name}";

    /// <summary>Before the forwards of a step.</summary>
    public void Remember()
    {
        IsMoved = false;
        if (OwnsNetworks)
        {
            undo.Remember();
        }
    }

    /// <summary>The step may not happen.</summary>
    public void TakeBack()
    {
        if (OwnsNetworks)
        {
            undo.TakeBack();
        }
    }

    /// <summary>
    /// Encodes the rows that have the part; the others never pass an encoder, whose batch statistics they would change, and are zeros
    /// with a mark. A single row among several is left out too where there is a BatchNorm: it counts as missing.
    /// </summary>
    public EncodedPart Encode(BatchViews views, EncodingStep step)
    {
        using var scope = NewDisposeScope();
        var rows = views.PresentRows(Index);
        if (rows is { Length: < LeastRows } && (rows.Length == 0 || Networks.HasBatchStatistics))
        {
            rows = [];
        }

        IsEncoded = rows is not { Length: 0 };
        if (!IsEncoded)
        {
            return Out(Missing(views.Count));
        }

        var networks = owner ?? this;
        if (networks.IsMoved)
        {
            step = step with { Momentum = 1 }; // The key encoder has followed in this step already.
        }

        networks.IsMoved = true;
        var at = rows is null ? null : tensor(rows, device: Networks.Query.Flat.device); // [P]
        var hard = views.HardNegatives(Index);
        var inputs = new PartViews(
            Input.Decode(views.Bytes(Index, ofQueryView: true, at)),
            step.Encoding == ViewEncoding.QueryOnly ? null : Input.Decode(views.Bytes(Index, ofQueryView: false, at)),
            hard is { } negatives ? Input.Decode(negatives.Bytes) : null);
        var (part, explicitKeys) = Networks.Encode(inputs, step);
        part = OwnsNetworks ? part : part with { Part = Row.Name };
        if (at is not null)
        {
            part = Spread(part, at, views.Count);
        }

        return Out(explicitKeys is null ? part : WithExplicit(part, explicitKeys, hard!.Value.Slots, views.Count));
    }

    /// <summary>Encodes the queue's oldest keys again, where the objective wants that.</summary>
    public void Refresh(ViewEncoding encoding, long step) =>
        refresh?.Apply(Queue, Encoder, encoding is ViewEncoding.BothByQuery or ViewEncoding.QueryOnly ? Networks.Query : Networks.Key, step);

    /// <summary>The key encoder as it is now, apart from this trainer.</summary>
    public FrozenEncoder FreezeKey() => new(Encoder, Networks.Key, Input);

    public void Dispose()
    {
        Queue.Dispose();
        if (!OwnsNetworks)
        {
            return;
        }

        Optimizer.Dispose();
        Published.Dispose();
        undo.Dispose();
        Networks.Dispose();
    }

    // What leaves the scope: all that an encoded part holds, each once, for a second move would go one scope too far.
    private static EncodedPart Out(EncodedPart part)
    {
        Tensor?[] held = [part.Query, part.Key, part.Present, part.PresentRows, part.Explicit, part.ExplicitPresent, part.Swapped?.Query, part.Swapped?.Key];
        foreach (var tensor in held.OfType<Tensor>().Distinct(ReferenceEqualityComparer.Instance).Cast<Tensor>())
        {
            tensor.MoveToOuterDisposeScope();
        }

        return part;
    }

    private EncodedPart Missing(int count)
    {
        var flat = Networks.Query.Flat;
        var nothing = zeros(count, Encoder.ProjectionDimension, flat.dtype, flat.device);
        return new EncodedPart(Row.Name, nothing, nothing)
        {
            Present = zeros(count, ScalarType.Bool, flat.device),
            PresentRows = zeros(0, ScalarType.Int64, flat.device),
            Swapped = (nothing, nothing),
        };
    }

    // [P, d] -> [B, d], zeros in the rows that lack the part; the gradient goes back the same way.
    private static EncodedPart Spread(EncodedPart part, Tensor at, int count)
    {
        Tensor Whole(Tensor rows) => zeros(count, rows.shape[1], rows.dtype, rows.device).index_copy(0, at, rows);
        var query = Whole(part.Query);
        return part with
        {
            Query = query,
            Key = ReferenceEquals(part.Key, part.Query) ? query : Whole(part.Key),
            Swapped = part.Swapped is var (q, k) ? (Whole(q), Whole(k)) : null,
            Present = zeros(count, ScalarType.Bool, at.device).index_fill_(0, at, true),
            PresentRows = at,
        };
    }

    private EncodedPart WithExplicit(EncodedPart part, Tensor keys, long[] slots, int count)
    {
        var (n, at) = (Row.HardNegatives, tensor(slots, device: keys.device));
        return part with
        {
            Explicit = zeros((long)count * n, keys.shape[1], keys.dtype, keys.device).index_copy(0, at, keys).view(count, n, -1), // [B, n, d]
            ExplicitPresent = zeros((long)count * n, ScalarType.Bool, keys.device).index_fill_(0, at, true).view(count, n),
        };
    }
}
