using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Momentum;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Optimization;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>
/// The momentum-contrast trainer: query and key encoder, queue, objective, optimizer and the published snapshot. One thread uses it,
/// without awaiting: TorchSharp's dispose scopes belong to a thread. Knows nothing of where batches come from.
/// </summary>
public sealed class ContrastiveTrainer : IDisposable
{
    private readonly TrainerConfiguration configuration;
    private readonly ScalarType dtype;
    private readonly Device device;
    private readonly Encoder encoder;
    private readonly MomentumEncoder networks;
    private readonly StepUndo undo;
    private readonly FrozenNetwork published;
    private readonly NegativeQueue queue;
    private readonly ComposedObjective objective;
    private readonly FlatOptimizer optimizer;
    private readonly SnapshotEmbedder embedder;
    private readonly BatchMetadata metadata = new();
    private readonly QueueRefresh? refresh;
    private readonly LabelWatch? labels;
    private readonly EmbeddingKindOf publishedKind;
    private float[] embeddings = [];

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
        this.dtype = dtype;
        device = TorchRuntime.Prepare(configuration.Training);
        encoder = new Encoder(configuration.Encoder, configuration.Input.Channels);
        objective = ComposedObjective.Create(configuration.Objective, configuration.Seed);
        networks = new MomentumEncoder(encoder, NetworkState.Create(encoder.Layout, dtype, device, configuration.Seed),
            configuration.Encoder.Normalization == Normalization.Split ? configuration.Seed : null);
        undo = new StepUndo(networks);
        published = new FrozenNetwork(encoder, networks.Key);
        refresh = configuration.Objective.Policies.Refresh is { } again ? new QueueRefresh(again.RowsPerStep, configuration.Input) : null;
        labels = objective.NeedsLabels ? new LabelWatch() : null;
        queue = new NegativeQueue(configuration.Objective.QueueCapacityRows, encoder.ProjectionDimension, dtype, device, refresh is null ? 0 : configuration.Input.RowBytes);
        optimizer = FlatOptimizer.Create(configuration.Training, networks.Query);
        embedder = new SnapshotEmbedder(encoder, configuration.Input, dtype, device);
        publishedKind = configuration.PublishProjection ? EmbeddingKindOf.Projection : EmbeddingKindOf.Backbone;
        SpaceId = EmbeddingSpace.Id(configuration, encoder);
    }

    /// <summary>Steps completed, over restores.</summary>
    public long CompletedSteps { get; private set; }

    /// <summary>Dimension of the backbone's features.</summary>
    public int FeatureDimension => encoder.FeatureDimension;

    /// <summary>Dimension of the published embeddings: features, or the projection where that is published.</summary>
    public int EmbeddingDimension => embedder.Dimension(publishedKind);

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

    internal MomentumEncoder Networks => networks;

    internal NegativeQueue Queue => queue;

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
        undo.Remember();
        var rows = metadata.ToDevice(batch, CompletedSteps, device);
        var context = new StepContext(CompletedSteps);
        var momentum = MomentumSchedule.At(configuration.Training, CompletedSteps, RewarmedAt);
        var encoded = new Encoded([networks.Encode(Pixels(batch.Query, batch.Count), Pixels(batch.Key, batch.Count), new(objective.Encoding, momentum, CompletedSteps))], rows);
        var snapshot = queue.Snapshot();
        var result = objective.Evaluate(encoded, [snapshot], context);
        var gradient = Differentiate(result.Loss);
        if (gradient.Problem is { } problem)
        {
            undo.TakeBack();
            return new StepOutcome(CompletedSteps, batch.Count, null, default, problem);
        }

        var ages = collectMetrics ? QueueAges.Of(snapshot.Items, CompletedSteps) : default;
        var (rate, update) = Learn(collectMetrics);
        objective.Learn(encoded, result, context);
        objective.Commit(encoded, [queue], keys => PixelInput.Raw(keys.OfQueryView ? batch.Query : batch.Key, batch.Count, configuration.Input, device));
        refresh?.Apply(queue, encoder, objective.Encoding == ViewEncoding.BothByQuery ? networks.Query : networks.Key, CompletedSteps);
        var embedded = embedClean ? EmbedClean(batch) : default;
        CompletedSteps++;
        if (labels?.Observe(batch.Labels.AsSpan(0, batch.Count)) is { } notice)
        {
            Noticed?.Invoke(notice);
        }

        var facts = new MetricsProbe.StepFacts(gradient.Norm, update, rate, momentum, queue.Filled, ages);
        var metrics = collectMetrics ? MetricsProbe.Measure(result, encoded, facts) : null;
        return new StepOutcome(CompletedSteps, batch.Count, metrics, embedded, Refusal: null);
    }

    /// <summary>
    /// Re-warms from the next step on, after a change of what the stream brings: for training:rewarmSteps the rate is multiplied and m
    /// falls back to training:momentum, from where a rising schedule begins anew.
    /// </summary>
    public void Rewarm() => RewarmedAt = CompletedSteps;

    /// <summary>The published snapshot becomes a copy of the key encoder as it is now, running statistics included. Call it with each checkpoint.</summary>
    public void FreezePublished() => published.Refreeze(networks.Key);

    /// <summary>The published snapshot becomes the key encoder of a state that was copied before: for outputs that may only come from a durable version.</summary>
    /// <param name="state">A state copied by this trainer.</param>
    public void FreezePublished(TrainerState state)
    {
        using var scope = NewDisposeScope();
        NetworkStateCodec.Read(new StateFile(state, "key"), encoder.Layout, dtype).WriteTo(published.State);
        published.Refold();
    }

    /// <summary>Copies everything that a checkpoint holds to the host, between two steps; nothing of it changes afterwards.</summary>
    public TrainerState CopyState() => new(CompletedSteps, SpaceId, new Dictionary<string, IReadOnlyList<HostTensor>>
    {
        ["query"] = NetworkStateCodec.Export(networks.Query),
        ["key"] = NetworkStateCodec.Export(networks.Key),
        ["optimizer"] = NetworkStateCodec.Export(optimizer, encoder.Layout),
        ["queue"] = QueueCodec.Export(queue),
    }.Concat(ObjectiveCodec.Export(objective, RewarmedAt)).ToDictionary());

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

        var query = NetworkStateCodec.Read(new StateFile(state, "query"), encoder.Layout, dtype);
        var key = NetworkStateCodec.Read(new StateFile(state, "key"), encoder.Layout, dtype);
        var (steps, slots) = NetworkStateCodec.Read(new StateFile(state, "optimizer"), optimizer, encoder.Layout, dtype);
        var queued = QueueCodec.Read(new StateFile(state, "queue"), queue);
        var learned = ObjectiveCodec.ReadLearned(state, objective);
        var rewarmedAt = ObjectiveCodec.ReadRewarm(state);
        query.WriteTo(networks.Query);
        key.WriteTo(networks.Key);
        queued.WriteTo(queue);
        ObjectiveCodec.Write(learned);
        optimizer.Restore(steps, slots);
        (CompletedSteps, RewarmedAt) = (state.Step, rewarmedAt);
        FreezePublished();
    }

    /// <summary>Embeds pictures without training: running statistics, no gradients, unit rows.</summary>
    /// <param name="pixels">[count x RowBytes] uint8, channels last.</param>
    /// <param name="count">Pictures.</param>
    /// <param name="which">The key encoder as it is now, or the published snapshot.</param>
    /// <param name="kind">Backbone features or projection.</param>
    /// <param name="destination">[count x dimension of that kind].</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Embed(ReadOnlySpan<byte> pixels, int count, Snapshot which, EmbeddingKindOf kind, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var (bytes, floats) = ((long)count * configuration.Input.RowBytes, (long)count * embedder.Dimension(kind));
        if (pixels.Length < bytes || destination.Length < floats)
        {
            throw new ArgumentException($"{count} pictures of {configuration.Input} need {bytes} bytes of pixels and {floats} floats of room, but there are {pixels.Length} and {destination.Length}.");
        }

        if (which == Snapshot.Published)
        {
            embedder.Embed(published, pixels, count, kind, destination);
            return;
        }

        using var frozen = new FrozenNetwork(encoder, networks.Key);
        embedder.Embed(frozen, pixels, count, kind, destination);
    }

    /// <summary>The key encoder as it is now, apart from this trainer: what an evaluation judges. The caller disposes it.</summary>
    public FrozenEncoder FreezeKey() => new(encoder, networks.Key, configuration.Input);

    /// <summary>Frees all tensors.</summary>
    public void Dispose()
    {
        optimizer.Dispose();
        objective.Dispose();
        queue.Dispose();
        published.Dispose();
        undo.Dispose();
        networks.Dispose();
    }

    /// <summary>Backward, and the one look at loss and gradient that every step takes: both numbers come to the host in one copy.</summary>
    private StepGradient Differentiate(Tensor loss)
    {
        var gradients = networks.Query.FlatGradients!;
        gradients.zero_();
        loss.backward();
        using var noGradients = no_grad();
        var both = stack([loss.detach(), gradients.dot(gradients)]).to(ScalarType.Float64).cpu();
        return StepGradient.Of(both.data<double>()[0], both.data<double>()[1]);
    }

    private (double Rate, double UpdateNorm) Learn(bool collectMetrics)
    {
        var query = networks.Query;
        var rate = LearningRate.At(configuration.Training, CompletedSteps, RewarmedAt) * LearningRateScale;
        using var before = collectMetrics ? query.Flat.clone() : null;
        optimizer.Step(rate);
        return (rate, before is null ? 0 : MetricsProbe.Norm(before.sub_(query.Flat)));
    }

    private ReadOnlyMemory<float> EmbedClean(TrainingBatch batch)
    {
        var length = batch.Count * EmbeddingDimension;
        if (embeddings.Length < length)
        {
            embeddings = new float[length];
        }

        embedder.Embed(published, batch.Clean, batch.Count, publishedKind, embeddings);
        return embeddings.AsMemory(0, length);
    }

    private Tensor Pixels(byte[] view, int count) => PixelInput.ToDevice(view, count, configuration.Input, dtype, device);

    private void RequireFits(TrainingBatch batch)
    {
        if (batch.RowBytes != configuration.Input.RowBytes || batch.Count < 1 || batch.Count > batch.Capacity)
        {
            throw new ArgumentException($"A batch of {batch.Count} pairs (capacity {batch.Capacity}) with {batch.RowBytes} bytes a view does not fit: this trainer takes 1 to the capacity pairs of {configuration.Input}, {configuration.Input.RowBytes} bytes a view.", nameof(batch));
        }
    }
}
