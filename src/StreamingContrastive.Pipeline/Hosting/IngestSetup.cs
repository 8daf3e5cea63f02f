using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>What an ingest reads with, augments with and writes dead letters with: the same in one process and on a node of its own.</summary>
/// <param name="options">The pipeline.</param>
/// <param name="settings">The run.</param>
/// <param name="producer">For dead letters; not owned.</param>
/// <param name="telemetry">Told of chunks.</param>
internal sealed class IngestSetup(PipelineOptions options, PipelineRunSettings settings, OutputProducer producer, PipelineTelemetry telemetry) : IAsyncDisposable
{
    /// <summary>The consumer; null before the trainer's offset table is there.</summary>
    public RecordSource? Source { get; private set; }

    /// <summary>Records of a chunk. Default <see cref="RecordChunk.MaxRecords"/>.</summary>
    public int ChunkRecords { get; init; } = RecordChunk.MaxRecords;

    /// <summary>Augmentation workers.</summary>
    public int Workers => options.Augmentation.Workers > 0 ? options.Augmentation.Workers : Environment.ProcessorCount;

    /// <summary>Consumer group.</summary>
    public static string GroupOf(PipelineOptions options) => options.Input.GroupId ?? options.Name;

    /// <summary>The parts of an ingest actor.</summary>
    public IngestParts Parts(Action<Exception> fail) => new(
        OpenSource,
        AugmentationActor.Props(options.Input, options.Augmentation, options.Seed, settings.SampleRecords > 0 ? SampledRecord.MostCharacters : 0),
        Workers,
        new DeadLetterStage(
            options.DeadLetters,
            new DeadLetterWriter(producer, options.Name).WriteAsync,
            new DeadLetterWindow(options.DeadLetters.MaxShare, options.DeadLetters.WindowRecords),
            telemetry.Metrics,
            settings.Progress.Letters),
        telemetry,
        fail);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Source is not null)
        {
            await Source.DisposeAsync().ConfigureAwait(false);
        }
    }

    private RecordSource OpenSource(OffsetTable table) => Source = RecordSource.Start(
        KafkaClientSettings.Consumer(options.Kafka, options.Name, GroupOf(options), options.Input.GroupInstanceId),
        new RecordSourceSettings([options.Input.Topic]) { OnGap = options.Input.OnGap, Start = options.Input.Start, Telemetry = telemetry, ChunkRecords = ChunkRecords },
        table,
        settings.Logging.CreateLogger("Kafka.Source"),
        settings.Clock);
}
