using Akka.Actor;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Contracts;
using StreamingContrastive.Learning.Guards;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Monitoring;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>
/// The composition root below the host: everything that a run opens before its first actor, and the parts that the actors are
/// made of. Options end here; actors and Learning get plain values.
/// </summary>
internal sealed class PipelineResources : IAsyncDisposable
{
    private readonly PipelineOptions _options;
    private readonly PipelineRunSettings _settings;
    private readonly PipelineInput _input;
    private readonly CheckpointStore _store;
    private readonly LineageStart _start;
    private readonly HeldOutRecords? _heldOut;
    private readonly PipelineOutput _output;
    private readonly bool _inDoubt;
    private readonly PipelineMetrics _metrics = new();
    private readonly TopicNames _topics;
    private readonly CancellationTokenSource _stopping = new();
    private CheckpointWriter? _writer;
    private RecordSource? _source;

    private PipelineResources(PipelineOptions options, PipelineRunSettings settings, PipelineInput input, PipelineOutput output, CheckpointStore store, LineageStart start, HeldOutRecords? heldOut, bool inDoubt)
    {
        (_options, _settings, _input, _output, _store, _start, _heldOut, _inDoubt) = (options, settings, input, output, store, start, heldOut, inDoubt);
        _topics = new TopicNames(options.Name);
        TrainerConfiguration = new TrainerConfiguration(
            new InputGeometry(options.Input.Payload.Height, options.Input.Payload.Width, options.Input.Payload.Channels),
            options.Encoder,
            options.Objective,
            options.Training,
            options.Seed,
            PublishProjection: options.Output.Embedding == EmbeddingKind.Projection);
    }

    public ProgressBoard Progress => _settings.Progress;

    public TrainerConfiguration TrainerConfiguration { get; }

    public Props Publisher => PublisherActor.Props(_output.Publish, _stopping.Token);

    public static async Task<PipelineResources> OpenAsync(PipelineOptions options, PipelineRunSettings settings, CancellationToken cancellation)
    {
        var log = settings.Logging.CreateLogger("Pipeline");
        var laps = new StartLaps(settings.Clock, log);
        laps.Process();
        var input = await PipelineInput.OpenAsync(options, settings, cancellation).ConfigureAwait(false);
        laps.Lap("brokers and topics");
        var store = CheckpointStore.Open(DurableLineage.DirectoryOf(options), settings.CheckpointFiles, settings.Clock);
        await input.RequireOriginAsync(store.List().LastOrDefault(c => c is { InLineage: true, Manifest: not null })?.Manifest, cancellation).ConfigureAwait(false);
        var output = await PipelineOutput.OpenAsync(options, settings, input.BrokerClusterId, cancellation).ConfigureAwait(false);
        laps.Lap("producers");
        var start = store.StartLineage(new LineageRequest { AcceptRollback = settings.AcceptRollback });
        foreach (var finding in start.Findings)
        {
            log.LogWarning("{Finding}", finding);
        }

        laps.Lap("epoch, and a checkpoint verified");

        var heldOut = await input.ReadHeldOutAsync(cancellation).ConfigureAwait(false);
        await input.ResolveStartsAsync(start.Loaded?.Manifest.OffsetTable(), cancellation).ConfigureAwait(false);
        var inDoubt = start.Loaded is { } loaded && await output.IsInDoubtAsync(loaded, cancellation).ConfigureAwait(false);
        laps.Lap("held-out records and offsets");
        return new PipelineResources(options, settings, input, output, store, start, heldOut, inDoubt);
    }

    public IngestParts Ingest(Action<Exception> fail) => new(
        OpenSource,
        AugmentationActor.Props(_options.Input, _options.Augmentation, _options.Seed, Progress.Stages, _settings.Clock),
        Workers,
        new DeadLetterStage(
            _options.DeadLetters,
            new DeadLetterWriter(_output.Producer, _options.Name).WriteAsync,
            new DeadLetterWindow(_options.DeadLetters.MaxShare, _options.DeadLetters.WindowRecords),
            _metrics,
            Progress.Letters),
        fail)
    {
        Stages = Progress.Stages,
        Clock = _settings.Clock,
    };

    /// <summary>Ends the writer and turns a guard's trip into an epoch at an older checkpoint.</summary>
    public async Task<GuardTrippedException> BranchAsync(GuardTrip trip)
    {
        if (_writer is not null)
        {
            await _writer.DisposeAsync().ConfigureAwait(false);
        }

        return new GuardBranch(_store, _start.Epoch, _options.Guards).Begin(trip);
    }

    public TrainerParts Trainer(IActorRef publisher, Action<Exception> fail, Action finished, Action<GuardTrip> trip) => new()
    {
        Settings = new TrainerSettings(_options.Input.MaxInFlightRecords, _options.Checkpoint.EveryRecords, _options.Checkpoint.Every, _settings.StopAfterRecords, _topics.Embeddings),
        OpenLoop = OpenLoop,
        OpenWriter = OpenWriter,
        Capture = new CheckpointCapture(Math.Max(_start.ModelVersionFloor, _start.Loaded?.Manifest.ModelVersion ?? 0), _options.Seed, _input.ClusterId, _input.TopicIds, _settings.EffectiveConfiguration),
        Delivery = OpenDelivery(),
        Health = new TrainerHealth(_options.Guards.Collapse
            ? new CollapseDetector(
                new CollapseLimits { Windows = _options.Guards.CollapseWindows, WarmupSteps = _options.Guards.CollapseWarmupSteps },
                _options.Encoder.ProjectionDimension,
                _options.Objective.Temperature)
            : null),
        SendLetters = SendLettersAsync,
        Trip = trip,
        Publisher = publisher,
        Loaded = _start.Loaded?.Manifest,
        InDoubt = _inDoubt ? _start.Loaded?.ReadOutbox() : null,
        ResolveStart = _input.ResolveStartAsync,
        Lag = trained => _source is null ? -1 : PipelineLag.Of(trained, _source.Statistics),
        Progress = Progress,
        Metrics = _metrics,
        Clock = _settings.Clock,
        Fail = fail,
        Finished = finished,
    };

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_source is not null)
        {
            await _source.DisposeAsync().ConfigureAwait(false);
        }

        if (_writer is { Completion.IsFaulted: false })
        {
            await _writer.DisposeAsync().ConfigureAwait(false);
        }

        await _output.DisposeAsync().ConfigureAwait(false);
        _input.Dispose();
        _metrics.Dispose();
        _stopping.Dispose();
    }

    private CheckpointWriter OpenWriter(Action<CheckpointCommitted> committed)
    {
        _writer = new CheckpointWriter(_store, _start, _options.Checkpoint.Keep, committed);
        if (_start.Loaded is { IsAnnounced: false } loaded && !_inDoubt)
        {
            _writer.OutboxAcknowledged(loaded.Name); // The brokers say so: this directory notes it, and the next rename waits for nothing.
        }

        return _writer;
    }

    private RecordSource OpenSource(OffsetTable table) => _source = RecordSource.Start(
        KafkaClientSettings.Consumer(_options.Kafka, _options.Name, _options.Input.GroupId ?? _options.Name, _options.Input.GroupInstanceId),
        new RecordSourceSettings([_options.Input.Topic]) { OnGap = _options.Input.OnGap, Start = _options.Input.Start },
        table,
        _settings.Logging.CreateLogger("Kafka.Source"),
        _settings.Clock);

    private Task SendLettersAsync(IReadOnlyList<RefusedBatch> batches) => new BatchLetters(
        _options.DeadLetters.Policy,
        new RecordReread(_options.Kafka, _options.Name, _settings.Clock).ReadAsync,
        new DeadLetterWriter(_output.Producer, _options.Name).WriteAsync,
        _metrics,
        Progress.Letters).SendAsync(batches, _stopping.Token);

    private IOutputDelivery OpenDelivery() => _options.Output.Delivery switch
    {
        DeliveryMode.Immediate => new ImmediateDelivery(maxUnacknowledged: 4 * _options.Training.BatchSize),
        // Two intervals may wait for a slow broker; beyond that the trainer stands still and memory stays bounded.
        _ => new CheckpointedDelivery(maxOutboxRecords: 2 * _options.Checkpoint.EveryRecords + _options.Training.BatchSize),
    };

    private int Workers => _options.Augmentation.Workers > 0 ? _options.Augmentation.Workers : Environment.ProcessorCount;

    private TrainingLoop OpenLoop()
    {
        Progress.Stages.UseWorkers(Workers);
        var laps = new StartLaps(_settings.Clock, _settings.Logging.CreateLogger("Pipeline"));
        var log = _settings.Logging.CreateLogger("Objective");
        var trainer = new ContrastiveTrainer(TrainerConfiguration) { LearningRateScale = _start.Epoch.LearningRateScale, Noticed = notice => log.LogWarning("{Notice}", notice) };
        if (_start.Loaded is { } loaded)
        {
            trainer.Restore(TrainerStateFiles.Read(loaded));
        }

        if (_settings.Rewarm)
        {
            trainer.Rewarm();
        }

        laps.Lap("native libraries, model and its state");

        var rowBytes = _options.Input.Payload.Shape.ByteCount;
        var probe = _heldOut is null ? null : new ProbeMonitor(new ProbeBank(_options.Monitor.BankRecords, rowBytes), _heldOut, _options.Monitor.EverySteps);
        return new TrainingLoop(
            trainer,
            new OffsetLedger(_start.Epoch.Epoch, _input.StartOffsets),
            new OutputEncoder(_options.Name, _options.Output.Format, trainer.SpaceId, _output.IsAtomic),
            probe,
            new TrainingLoopSettings(
                _options.Training.BatchSize,
                rowBytes,
                _options.Output.MetricsEverySteps,
                _start.Loaded?.Manifest.Counters.ToRunning() ?? default,
                (long)(_start.Loaded?.Manifest.ModelVersion ?? 0),
                _settings.Clock)
            {
                NonFiniteInARow = _options.Guards.NonFiniteInARow,
                Retried = _start.Epoch.Retried ?? [],
                Stages = Progress.Stages,
                Sampler = OpenSampler(rowBytes),
                MostRecordsBehindRefused = Math.Max(0, _options.Input.MaxInFlightRecords - _options.Training.BatchSize - RecordChunk.MaxRecords),
            },
            OpenAudit());
    }

    private EmbeddingSampler? OpenSampler(int rowBytes)
    {
        const int MostPictureBytes = 32 * 1024 * 1024;
        var capacity = Math.Min(_settings.SampleRecords, MostPictureBytes / rowBytes);
        var kind = TrainerConfiguration.PublishProjection ? EmbeddingKindOf.Projection : EmbeddingKindOf.Backbone;
        return capacity < 2 ? null : new EmbeddingSampler(capacity, rowBytes, kind, Progress.Sample);
    }

    private AuditLog? OpenAudit()
    {
        if (_settings.AuditFile is not { } path)
        {
            return null;
        }

        var audit = AuditLog.Open(path);
        audit.Begin(_start.Epoch.Epoch, _start.Epoch.Parent?.ToString(), _start.Loaded?.Manifest.ModelVersion ?? 0);
        return audit;
    }
}
