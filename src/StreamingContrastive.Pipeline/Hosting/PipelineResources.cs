using Akka.Actor;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Contracts;
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
    private readonly OutputProducer _producer;
    private readonly PipelineMetrics _metrics = new();
    private readonly TopicNames _topics;
    private readonly CancellationTokenSource _stopping = new();
    private CheckpointWriter? _writer;
    private RecordSource? _source;

    private PipelineResources(PipelineOptions options, PipelineRunSettings settings, PipelineInput input, CheckpointStore store, LineageStart start, HeldOutRecords? heldOut)
    {
        (_options, _settings, _input, _store, _start, _heldOut) = (options, settings, input, store, start, heldOut);
        _topics = new TopicNames(options.Name);
        _producer = new OutputProducer(KafkaClientSettings.Producer(options.Kafka, options.Name), settings.Logging.CreateLogger("Kafka.Output"), settings.Clock);
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

    public Props Publisher => PublisherActor.Props(_producer.ProduceAsync, _stopping.Token);

    public static async Task<PipelineResources> OpenAsync(PipelineOptions options, PipelineRunSettings settings, CancellationToken cancellation)
    {
        var log = settings.Logging.CreateLogger("Pipeline");
        var input = await PipelineInput.OpenAsync(options, settings, cancellation).ConfigureAwait(false);
        var store = CheckpointStore.Open(DurableLineage.DirectoryOf(options), new PhysicalCheckpointFiles(), settings.Clock);
        var start = store.StartLineage(new LineageRequest { AcceptRollback = settings.AcceptRollback });
        foreach (var finding in start.Findings)
        {
            log.LogWarning("{Finding}", finding);
        }

        var heldOut = await input.ReadHeldOutAsync(cancellation).ConfigureAwait(false);
        await input.ResolveStartsAsync(start.Loaded?.Manifest.OffsetTable(), cancellation).ConfigureAwait(false);
        return new PipelineResources(options, settings, input, store, start, heldOut);
    }

    public IngestParts Ingest(Action<Exception> fail) => new(
        OpenSource,
        AugmentationActor.Props(_options.Input, _options.Augmentation, _options.Seed),
        _options.Augmentation.Workers > 0 ? _options.Augmentation.Workers : Environment.ProcessorCount,
        new DeadLetterStage(
            _options.DeadLetters,
            new DeadLetterWriter(_producer, _options.Name).WriteAsync,
            new DeadLetterWindow(_options.DeadLetters.MaxShare, _options.DeadLetters.WindowRecords),
            _metrics),
        fail);

    public TrainerParts Trainer(IActorRef publisher, Action<Exception> fail, Action finished) => new()
    {
        Settings = new TrainerSettings(_options.Input.MaxInFlightRecords, _options.Checkpoint.EveryRecords, _options.Checkpoint.Every, _settings.StopAfterRecords, _topics.Embeddings),
        OpenLoop = OpenLoop,
        OpenWriter = committed => _writer = new CheckpointWriter(_store, _start, _options.Checkpoint.Keep, committed),
        Capture = new CheckpointCapture(Math.Max(_start.ModelVersionFloor, _start.Loaded?.Manifest.ModelVersion ?? 0), _options.Seed, _input.ClusterId, _input.TopicIds, _settings.EffectiveConfiguration),
        Delivery = OpenDelivery(),
        Publisher = publisher,
        Loaded = _start.Loaded?.Manifest,
        InDoubt = _start.Loaded is { IsAnnounced: false } loaded ? loaded.ReadOutbox() : null,
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

        _producer.Dispose();
        _input.Dispose();
        _metrics.Dispose();
        _stopping.Dispose();
    }

    private RecordSource OpenSource(OffsetTable table) => _source = RecordSource.Start(
        KafkaClientSettings.Consumer(_options.Kafka, _options.Name, _options.Input.GroupId ?? _options.Name, _options.Input.GroupInstanceId),
        new RecordSourceSettings([_options.Input.Topic]) { OnGap = _options.Input.OnGap, Start = _options.Input.Start },
        table,
        _settings.Logging.CreateLogger("Kafka.Source"),
        _settings.Clock);

    private IOutputDelivery OpenDelivery() => _options.Output.Delivery switch
    {
        DeliveryMode.Immediate => new ImmediateDelivery(maxUnacknowledged: 4 * _options.Training.BatchSize),
        // Two intervals may wait for a slow broker; beyond that the trainer stands still and memory stays bounded.
        _ => new CheckpointedDelivery(maxOutboxRecords: 2 * _options.Checkpoint.EveryRecords + _options.Training.BatchSize),
    };

    private TrainingLoop OpenLoop()
    {
        var log = _settings.Logging.CreateLogger("Objective");
        var trainer = new ContrastiveTrainer(TrainerConfiguration) { Noticed = notice => log.LogWarning("{Notice}", notice) };
        if (_start.Loaded is { } loaded)
        {
            trainer.Restore(TrainerStateFiles.Read(loaded));
        }

        var rowBytes = _options.Input.Payload.Shape.ByteCount;
        var probe = _heldOut is null ? null : new ProbeMonitor(new ProbeBank(_options.Monitor.BankRecords, rowBytes), _heldOut, _options.Monitor.EverySteps);
        return new TrainingLoop(
            trainer,
            new OffsetLedger(_start.Epoch.Epoch, _input.StartOffsets),
            new OutputEncoder(_options.Name, _options.Output.Format, trainer.SpaceId),
            probe,
            new TrainingLoopSettings(
                _options.Training.BatchSize,
                rowBytes,
                _options.Output.MetricsEverySteps,
                _start.Loaded?.Manifest.Counters.ToRunning() ?? default,
                (long)(_start.Loaded?.Manifest.ModelVersion ?? 0),
                _settings.Clock));
    }
}
