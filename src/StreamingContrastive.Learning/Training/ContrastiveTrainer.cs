using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Momentum;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.AdaptiveWeights;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Optimization;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>
/// The momentum-contrast trainer: of each part of a record query and key encoder, queue, optimizer and published snapshot, and one
/// objective. One thread uses it, without awaiting: TorchSharp's dispose scopes belong to a thread. Knows nothing of where batches come from.
/// </summary>
public sealed class ContrastiveTrainer : IDisposable
{
    private readonly TrainerConfiguration configuration;
    private readonly RowLayout layout;
    private readonly Device device;
    private readonly IReadOnlyList<TrainedPart> parts;
    private readonly ComposedObjective objective;
    private readonly LearnedLoss? learnedLoss;
    private readonly BatchMetadata metadata = new();
    private readonly LabelWatch? labels;
    private readonly EmbeddingKindOf publishedKind;
    private readonly CleanEmbeddings clean;

    /// <summary>Loads the native libraries, sets torch's threads and draws the first weights from the seed.</summary>
    /// <param name="configuration">Shape, encoder, objective, rates, seed.</param>
    /// <exception cref="Native.NativeLibraryException">libtorch does not load on this machine.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value of the configuration is impossible.</exception>
    public ContrastiveTrainer(TrainerConfiguration configuration)
        : this(configuration, ScalarType.Float32)
    {
    }

    // A precision other than float32 is for tests: parity with PyTorch is checked in float64.
    internal ContrastiveTrainer(TrainerConfiguration configuration, ScalarType dtype)
    {
        this.configuration = configuration;
        if (configuration.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(configuration));
        }

        layout = configuration.Layout;
        device = TorchRuntime.Prepare(configuration.Training);
        objective = ComposedObjective.Create(configuration.Objective, configuration.Seed,
            new LearnedSetting([.. layout.Parts.Select(p => p.Name)], configuration.EncoderOf(0).ProjectionDimension, dtype, device, configuration.Seed));
        var all = new List<TrainedPart>();
        for (var i = 0; i < layout.Parts.Count; i++)
        {
            all.Add(new TrainedPart(configuration, i, configuration.OwnerOf(i) == i ? null : all[configuration.OwnerOf(i)], dtype, device));
        }

        parts = [.. all];
        learnedLoss = objective.Loss is ILearnableLoss loss ? new LearnedLoss(loss, configuration.Training, dtype, device) : null;
        labels = objective.NeedsLabels ? new LabelWatch() : null;
        publishedKind = configuration.PublishProjection || parts.Count > 1 ? EmbeddingKindOf.Projection : EmbeddingKindOf.Backbone;
        clean = new CleanEmbeddings(layout, EmbeddingDimension, publishedKind);
        SpaceId = EmbeddingSpace.Id(configuration, [.. parts.Select(p => p.Encoder)]);
    }

    /// <summary>Steps completed, over restores.</summary>
    public long CompletedSteps { get; private set; }

    /// <summary>Names of the parts of a record, in the order of the row.</summary>
    public IReadOnlyList<string> PartNames => [.. layout.Parts.Select(p => p.Name)];

    /// <summary>Dimension of the features of the first part's backbone.</summary>
    public int FeatureDimension => parts[0].Encoder.FeatureDimension;

    /// <summary>Dimension of the published embeddings: features, or the projection where that is published. The same for all parts.</summary>
    public int EmbeddingDimension => parts[0].Embedder.Dimension(publishedKind);

    /// <summary>Name of the embedding space: vectors of different spaces must never be compared.</summary>
    public string SpaceId { get; }

    /// <summary>Factor on the learning rate, above 0 and at most 1. Default 1; a guard that restored a checkpoint lowers it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in that range.</exception>
    public double LearningRateScale
    {
        get;
        set => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The learning rate's scale must be above 0 and at most 1.");
    } = 1;

    /// <summary>Takes sentences that a person should read, each said once a start: what the objective needs and the stream does not bring.</summary>
    public Action<string>? Noticed { get; set; }

    /// <summary>First step of the last re-warm; null before the first one. Part of the saved state.</summary>
    public long? RewarmedAt { get; private set; }

    /// <summary>Tensors that are alive in this process, whoever made them.</summary>
    public static long LiveTensors => Tensor.TotalCount;

    /// <summary>Memory of the trainer's accelerator; null on a CPU. Only on the trainer's thread.</summary>
    public DeviceMemory? ReadDeviceMemory() => device.type == TorchSharp.DeviceType.CUDA ? DeviceMemory.OfThisThread() : null;

    /// <summary>The estimator of matches, where the objective has one.</summary>
    public MatchScores? Matches => objective.Matches;

    internal MomentumEncoder Networks => parts[0].Networks;

    internal NegativeQueue Queue => parts[0].Queue;

    internal IReadOnlyList<TrainedPart> Parts => parts;

    /// <summary>
    /// One optimizer step in the order of learning.md 1.1: query; EMA; key; similarities against the queue as it was; backward;
    /// optimizer; enqueue. Then the clean views go through the published snapshot. A loss or gradient that is not finite ends the step
    /// before the optimizer, and nothing of it stays.
    /// </summary>
    /// <param name="batch">The pairs; a tail with fewer than its capacity is fine. Only read.</param>
    /// <param name="collectMetrics">Reads the step's measures back from the device.</param>
    /// <param name="embedClean">Whether the clean views are embedded; an offline evaluation has no use for them.</param>
    /// <returns>Embeddings of the clean views, valid until the next step, and the measures.</returns>
    /// <exception cref="ArgumentException">The batch is empty or its rows are not of the configured shape.</exception>
    public StepOutcome Step(TrainingBatch batch, bool collectMetrics, bool embedClean = true)
    {
        RequireFits(batch);
        using var scope = NewDisposeScope();
        ForEach(part => part.Remember());
        var rows = metadata.ToDevice(batch, CompletedSteps, device);
        var context = new StepContext(CompletedSteps);
        var momentum = MomentumSchedule.At(configuration.Training, CompletedSteps, RewarmedAt);
        var views = new BatchViews(layout, batch, device);
        var encoded = new Encoded([.. parts.Select(part => part.Encode(views, new(objective.Encoding, momentum, CompletedSteps)))], rows) { References = views.References() };
        QueueSnapshot[] snapshots = [.. parts.Select(part => part.Queue.Snapshot())];
        var result = objective.Evaluate(encoded, snapshots, context);
        var gradient = Differentiate(result.Loss);
        if (gradient.Problem is { } problem)
        {
            ForEach(part => part.TakeBack());
            return new StepOutcome(CompletedSteps, batch.Count, null, default, problem);
        }

        var (ages, removed) = collectMetrics ? (QueueAges.Of(snapshots, CompletedSteps), RemovedNegatives.Of(result)) : default;
        var (rate, update) = Learn(collectMetrics);
        objective.Learn(encoded, result, context);
        objective.Commit(encoded, [.. parts.Select(part => part.Queue)], keys => views.Bytes(keys.Part, keys.OfQueryView, keys.Rows));
        ForEach(part => part.Refresh(objective.Encoding, CompletedSteps));
        var embedded = embedClean ? clean.Of(batch, parts) : null;
        CompletedSteps++;
        if (labels?.Observe(batch.Labels.AsSpan(0, batch.Count)) is { } notice)
        {
            Noticed?.Invoke(notice);
        }

        var facts = new MetricsProbe.StepFacts(gradient.Norm, update, rate, momentum, parts.Min(part => part.Queue.Filled), ages, removed, collectMetrics ? learnedLoss?.Read() : null);
        var metrics = collectMetrics ? MetricsProbe.Measure(result, encoded, facts, objective.Measure(result, context)) : null;
        return new StepOutcome(CompletedSteps, batch.Count, metrics, embedded is null ? default : embedded[0].Vectors, Refusal: null) { Parts = embedded };
    }

    /// <summary>
    /// Re-warms from the next step on, after a change of what the stream brings: for training:rewarmSteps the rate is multiplied and m
    /// falls back to training:momentum, from where a rising schedule begins anew.
    /// </summary>
    public void Rewarm() => RewarmedAt = CompletedSteps;

    /// <summary>The published snapshot becomes a copy of the key encoder as it is now, running statistics included. Call it with each checkpoint.</summary>
    public void FreezePublished() => ForEachNetwork(part => part.Published.Refreeze(part.Networks.Key));

    /// <summary>The published snapshot becomes the key encoder of a state that was copied before: for outputs that may only come from a durable version.</summary>
    /// <param name="state">A state copied by this trainer.</param>
    public void FreezePublished(TrainerState state)
    {
        using var scope = NewDisposeScope();
        ForEachNetwork(part => PartCodec.Publish(part, state));
    }

    /// <summary>Copies everything that a checkpoint holds to the host, between two steps; nothing of it changes afterwards.</summary>
    public TrainerState CopyState() => new(CompletedSteps, SpaceId, parts.SelectMany(PartCodec.Export)
        .Concat(learnedLoss?.Export() ?? [])
        .Concat(ObjectiveCodec.Export(objective, RewarmedAt))
        .ToDictionary());

    /// <summary>Takes over a saved state; the published snapshot becomes its key encoder. Nothing changes where it does not fit.</summary>
    /// <param name="state">A state saved by a trainer of the same configuration.</param>
    /// <exception cref="TrainerStateException">A name, shape or type does not fit; the message says which.</exception>
    public void Restore(TrainerState state)
    {
        using var scope = NewDisposeScope();
        if (state.SpaceId != SpaceId)
        {
            throw new TrainerStateException($"The saved state is of embedding space {state.SpaceId}, but this pipeline makes {SpaceId}: its encoder, picture shape or kind of embedding differs. Use the pipeline file it was made with, or start without it.");
        }

        // Everything is read and checked before anything is taken over.
        Action[] takeOver = [.. parts.Select(part => PartCodec.Read(part, state)), .. learnedLoss is null ? [] : (Action[])[learnedLoss.Read(state)]];
        var learned = ObjectiveCodec.ReadLearned(state, objective);
        var rewarmedAt = ObjectiveCodec.ReadRewarm(state);
        Array.ForEach(takeOver, take => take());
        ObjectiveCodec.Write(learned);
        (CompletedSteps, RewarmedAt) = (state.Step, rewarmedAt);
        FreezePublished();
    }

    /// <summary>Embeds rows of the first part without training: running statistics, no gradients, unit rows.</summary>
    /// <param name="rows">[count x bytes of the part]: pixels uint8, channels last, or token ids int32.</param>
    /// <param name="count">Rows.</param>
    /// <param name="which">The key encoder as it is now, or the published snapshot.</param>
    /// <param name="kind">Backbone features or projection.</param>
    /// <param name="destination">[count x dimension of that kind].</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Embed(ReadOnlySpan<byte> rows, int count, Snapshot which, EmbeddingKindOf kind, Span<float> destination) => Embed(0, rows, count, which, kind, destination);

    /// <summary>Embeds rows of one part without training: running statistics, no gradients, unit rows.</summary>
    /// <param name="part">Index of the part.</param>
    /// <param name="rows">[count x bytes of the part]: pixels uint8, channels last, or token ids int32; nothing of the other parts.</param>
    /// <param name="count">Rows.</param>
    /// <param name="which">The key encoder as it is now, or the published snapshot.</param>
    /// <param name="kind">Backbone features or projection.</param>
    /// <param name="destination">[count x dimension of that kind].</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Embed(int part, ReadOnlySpan<byte> rows, int count, Snapshot which, EmbeddingKindOf kind, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var trained = parts[part];
        var (bytes, floats) = ((long)count * trained.Row.Bytes, (long)count * trained.Embedder.Dimension(kind));
        if (rows.Length < bytes || destination.Length < floats)
        {
            throw new ArgumentException($"{count} rows of {Shape(trained.Row)} need {bytes} bytes of input and {floats} floats of room, but there are {rows.Length} and {destination.Length}.");
        }

        if (which == Snapshot.Published)
        {
            trained.Embedder.Embed(trained.Published, rows, count, kind, destination);
            return;
        }

        using var frozen = new FrozenNetwork(trained.Encoder, trained.Networks.Key);
        trained.Embedder.Embed(frozen, rows, count, kind, destination);
    }

    /// <summary>A part's key encoder as it is now, apart from this trainer: what an evaluation judges. The caller disposes it.</summary>
    /// <param name="part">Index of the part.</param>
    public FrozenEncoder FreezeKey(int part = 0) => parts[part].FreezeKey();

    /// <summary>Frees all tensors.</summary>
    public void Dispose()
    {
        objective.Dispose();
        learnedLoss?.Dispose();
        ForEach(part => part.Dispose());
    }

    /// <summary>Backward, and the one look at loss and gradient that every step takes: both numbers come to the host in one copy.</summary>
    private StepGradient Differentiate(Tensor loss)
    {
        Tensor[] gradients = [.. Learning().Select(state => state.FlatGradients!)];
        foreach (var gradient in gradients)
        {
            gradient.zero_();
        }

        if (loss.requires_grad) // not where no record of the batch has what any direction needs
        {
            loss.backward();
        }

        using var noGradients = no_grad();
        var squared = gradients.Select(gradient => gradient.dot(gradient)).Aggregate((sum, next) => sum + next);
        var both = stack([loss.detach(), squared]).to(ScalarType.Float64).cpu();
        return StepGradient.Of(both.data<double>()[0], both.data<double>()[1]);
    }

    private (double Rate, double UpdateNorm) Learn(bool collectMetrics)
    {
        var rate = LearningRate.At(configuration.Training, CompletedSteps, RewarmedAt) * LearningRateScale;
        var squared = 0.0;
        foreach (var part in parts.Where(p => p is { OwnsNetworks: true, IsMoved: true }))
        {
            var flat = part.Networks.Query.Flat;
            using var before = collectMetrics ? flat.clone() : null;
            part.Optimizer.Step(rate);
            squared += before is null ? 0 : Math.Pow(MetricsProbe.Norm(before.sub_(flat)), 2);
        }

        learnedLoss?.Step(rate);
        return (rate, Math.Sqrt(squared));
    }

    private IEnumerable<NetworkState> Learning() =>
        parts.Where(part => part.OwnsNetworks).Select(part => part.Networks.Query).Concat(learnedLoss is null ? [] : (NetworkState[])[learnedLoss.Values]);

    private void ForEach(Action<TrainedPart> action)
    {
        foreach (var part in parts)
        {
            action(part);
        }
    }

    private void ForEachNetwork(Action<TrainedPart> action) => ForEach(part =>
    {
        if (part.OwnsNetworks)
        {
            action(part);
        }
    });

    private void RequireFits(TrainingBatch batch)
    {
        if (batch.RowBytes != layout.Sizes || batch.Count < 1 || batch.Count > batch.Capacity)
        {
            throw new ArgumentException($"A batch of {batch.Count} pairs (capacity {batch.Capacity}) with {batch.RowBytes} bytes a view does not fit: this trainer takes 1 to the capacity pairs of {string.Join(" + ", layout.Parts.Select(Shape))}, {layout.Sizes} bytes a view.", nameof(batch));
        }
    }

    private static string Shape(RowPart part) => part.Kind == PartKind.Picture ? $"{part.Height}x{part.Width}x{part.Channels}" : $"{part.Tokens} tokens";
}
