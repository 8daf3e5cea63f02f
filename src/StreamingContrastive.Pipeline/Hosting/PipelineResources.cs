using Akka.Actor;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Guards;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Monitoring;
using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;
using ReadPosition = StreamingContrastive.Pipeline.Kafka.Source.PartitionPosition;

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
    private readonly HeldOutSet _heldOut;
    private readonly PipelineOutput _output;
    private readonly bool _inDoubt;
    private readonly TopicNames _topics;
    private readonly CancellationTokenSource _stopping = new();
    private CheckpointWriter? _writer;
    private readonly IngestSetup _ingest;

    private PipelineResources(PipelineOptions options, PipelineRunSettings settings, PipelineInput input, PipelineOutput output, CheckpointStore store, LineageStart start, HeldOutSet heldOut, bool inDoubt, PipelineTelemetry telemetry)
    {
        (Telemetry, _ingest) = (telemetry, new IngestSetup(options, settings, output.Producer, telemetry));
        (_options, _settings, _input, _output, _store, _start, _heldOut, _inDoubt) = (options, settings, input, output, store, start, heldOut, inDoubt);
        _topics = new TopicNames(options.Name);
        TrainerConfiguration = TrainerConfigurations.Of(options);
    }

    public ProgressBoard Progress => _settings.Progress;

    public OperationsBoard Operations => _settings.Operations;

    internal PipelineTelemetry Telemetry { get; }

    public TrainerConfiguration TrainerConfiguration { get; }

    public Props Publisher => PublisherActor.Props(_output.Publish, _stopping.Token);

    public static async Task<PipelineResources> OpenAsync(PipelineOptions options, PipelineRunSettings settings, CancellationToken cancellation)
    {
        var log = settings.Logging.CreateLogger("Pipeline");
        var laps = new StartLaps(settings.Clock, log);
        var telemetry = new PipelineTelemetry(settings.Metrics ?? new PipelineMetrics(options.Name, settings.Clock), IngestSetup.GroupOf(options), settings.Clock);
        laps.Process();
        var input = await PipelineInput.OpenAsync(options, settings, cancellation).ConfigureAwait(false);
        laps.Lap("brokers and topics");
        var store = CheckpointStore.Open(DurableLineage.DirectoryOf(options), settings.CheckpointFiles, settings.Clock);

        // Whatever may be refused comes first: the transactional.id and the epoch stop a trainer that runs.
        var looked = store.LoadNewest(settings.AcceptRollback);
        await input.RequireOriginAsync(looked.Checkpoint?.Manifest, cancellation).ConfigureAwait(false);
        await RequireStateAsync(looked.Checkpoint, TrainerConfigurations.Of(options)).ConfigureAwait(false);
        var heldOut = await input.ReadHeldOutAsync(cancellation).ConfigureAwait(false);
        laps.Lap("a checkpoint verified, held-out records");
        var output = await PipelineOutput.OpenAsync(options, settings, input.BrokerClusterId, telemetry, cancellation).ConfigureAwait(false);
        laps.Lap("producers");
        var start = store.StartLineage(new LineageRequest { AcceptRollback = settings.AcceptRollback }, looked);
        foreach (var finding in start.Findings)
        {
            log.LogWarning("{Finding}", finding);
        }

        await input.ResolveStartsAsync(start.Loaded?.Manifest.OffsetTable(), cancellation).ConfigureAwait(false);
        var inDoubt = start.Loaded is { } loaded && await output.IsInDoubtAsync(loaded, cancellation).ConfigureAwait(false);
        laps.Lap("epoch and offsets");
        return new PipelineResources(options, settings, input, output, store, start, heldOut, inDoubt, telemetry);
    }

    public IngestParts Ingest(Action<Exception> fail) => _ingest.Parts(fail);

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
        Lag = SeeLag,
        Progress = Progress,
        Metrics = Telemetry.Metrics,
        Clock = _settings.Clock,
        Fail = fail,
        Finished = finished,
    };

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _ingest.DisposeAsync().ConfigureAwait(false);
        if (_writer is { Completion.IsFaulted: false })
        {
            await _writer.DisposeAsync().ConfigureAwait(false);
        }

        await _output.DisposeAsync().ConfigureAwait(false);
        _input.Dispose();
        Telemetry.Metrics.EpochEnded();
        if (_settings.Metrics is null)
        {
            Telemetry.Metrics.Dispose();
        }

        _stopping.Dispose();
    }

    internal static TrainerConfiguration ConfigurationOf(PipelineOptions options) => TrainerConfigurations.Of(options);

    /// <summary>Refuses a state that does not fit the pipeline file (another encoder, another queue), by loading it once for nothing.</summary>
    private static Task RequireStateAsync(LoadedCheckpoint? checkpoint, TrainerConfiguration configuration) => checkpoint is null ? Task.CompletedTask : Task.Run(() =>
    {
        using var trainer = new ContrastiveTrainer(configuration);
        trainer.Restore(TrainerStateFiles.Read(checkpoint));
    });

    private CheckpointWriter OpenWriter(Action<CheckpointCommitted> committed)
    {
        _writer = new CheckpointWriter(_store, _start, (_options.Checkpoint.Keep, _options.Checkpoint.KeepAnnounced), committed);
        if (_start.Loaded is { IsAnnounced: false } loaded && !_inDoubt)
        {
            _writer.OutboxAcknowledged(loaded.Name); // The brokers say so: this directory notes it, and the next rename waits for nothing.
        }

        return _writer;
    }

    private Task SendLettersAsync(IReadOnlyList<RefusedBatch> batches) => new BatchLetters(
        _options.DeadLetters.Policy,
        new RecordReread(_options.Kafka, _options.Name, _settings.Clock).ReadAsync,
        new DeadLetterWriter(_output.Producer, _options.Name).WriteAsync,
        Telemetry.Metrics,
        Progress.Letters).SendAsync(batches, _stopping.Token);

    private IOutputDelivery OpenDelivery() => _options.Output.Delivery switch
    {
        DeliveryMode.Immediate => new ImmediateDelivery(maxUnacknowledged: 4 * _options.Training.BatchSize * VectorsOfARecord),
        // Two intervals may wait for a slow broker; beyond that the trainer stands still and memory stays bounded.
        _ => new CheckpointedDelivery(maxOutboxRecords: ((2 * _options.Checkpoint.EveryRecords) + _options.Training.BatchSize) * VectorsOfARecord),
    };

    private int VectorsOfARecord => Math.Max(1, _options.Input.Parts.Count);

    private TrainingLoop OpenLoop()
    {
        Telemetry.Metrics.Stages.UseWorkers(_ingest.Workers);
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

        var layout = _options.Input.Layout;
        var probe = _heldOut.Pictures is not { } pictures ? null : new ProbeMonitor(new ProbeBank(_options.Monitor.BankRecords, layout.CleanBytes), pictures, _options.Monitor.EverySteps);
        return new TrainingLoop(
            trainer,
            new OffsetLedger(_start.Epoch.Epoch, _input.StartOffsets),
            new OutputEncoder(_options.Name, _options.Output.Format, trainer.SpaceId, _output.IsAtomic, _options.Input.PublishedParts),
            probe,
            new TrainingLoopSettings(
                _options.Training.BatchSize,
                layout.Sizes,
                _options.Output.MetricsEverySteps,
                _start.Loaded?.Manifest.Counters.ToRunning() ?? default,
                (long)(_start.Loaded?.Manifest.ModelVersion ?? 0),
                _settings.Clock)
            {
                NonFiniteInARow = _options.Guards.NonFiniteInARow,
                Retried = _start.Epoch.Retried ?? [],
                Retrieval = _heldOut.Rows is { } pairs ? new RetrievalMonitor(pairs, _options.Monitor.EverySteps) : null,
                Layout = layout,
                Sampler = OpenSampler(layout),
                MostRecordsBehindRefused = Math.Max(0, _options.Input.MaxInFlightRecords - _options.Training.BatchSize - RecordChunk.MaxRecords),
            },
            OpenAudit(),
            new DriftMonitor(WatchedPart.Of(layout), _options.Monitor.EverySteps),
            Telemetry);
    }

    private long SeeLag(IReadOnlyDictionary<PartitionId, long> trained, IReadOnlyList<ReadPosition> told)
    {
        // In one process the consumer is at hand; in a cluster other nodes read.
        var lags = PipelineLag.Of(trained, _ingest.Source?.Statistics.Partitions ?? told);
        Telemetry.Metrics.LagSeen(lags);
        return PipelineLag.Sum(lags);
    }

    // Points, not records, are what a map has room for: a record of three parts is three of them.
    private EmbeddingSampler? OpenSampler(RowLayout layout)
    {
        const int MostRowBytes = 32 * 1024 * 1024;
        WatchedPart[] parts = [.. layout.Parts.Select((_, i) => WatchedPart.Of(layout, i))];
        var capacity = Math.Min(_settings.SampleRecords / parts.Length, MostRowBytes / parts.Sum(p => p.Bytes));
        var kind = TrainerConfiguration.PublishProjection || layout.Parts.Count > 1 ? EmbeddingKindOf.Projection : EmbeddingKindOf.Backbone;
        return capacity < 2 ? null : new EmbeddingSampler(capacity, parts, kind, Progress.Sample);
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
