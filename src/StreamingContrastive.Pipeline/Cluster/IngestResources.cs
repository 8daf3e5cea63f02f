using System.Globalization;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>What an ingest node opens: a producer for dead letters, and a consumer once the trainer has said where to read. No model, no checkpoints.</summary>
internal sealed class IngestResources : IAsyncDisposable
{
    private readonly OutputProducer _producer;
    private readonly IngestSetup _setup;
    private readonly PipelineTelemetry _telemetry;
    private readonly bool _ownsMetrics;

    private IngestResources(PipelineOptions options, PipelineRunSettings settings, PipelineTelemetry telemetry)
    {
        (_telemetry, _ownsMetrics) = (telemetry, settings.Metrics is null);
        _producer = new OutputProducer(KafkaClientSettings.Producer(options.Kafka, options.Name), settings.Logging.CreateLogger("Kafka.Output"), settings.Clock, telemetry);
        _setup = new IngestSetup(options, settings, _producer, telemetry) { ChunkRecords = ClusterConfiguration.ChunkRecords(options) };
    }

    /// <summary>Waits for a broker.</summary>
    /// <exception cref="BrokerUnavailableException">No broker answered within kafka:connectTimeout.</exception>
    public static async Task<IngestResources> OpenAsync(PipelineOptions options, PipelineRunSettings settings, CancellationToken cancellation)
    {
        await BrokerProbe.ConnectAsync(options.Kafka, settings.Logging.CreateLogger("Kafka"), settings.Clock, cancellation).ConfigureAwait(false);
        var telemetry = new PipelineTelemetry(settings.Metrics ?? new PipelineMetrics(options.Name, settings.Clock), IngestSetup.GroupOf(options), settings.Clock);
        return new IngestResources(WithMember(options), settings, telemetry);
    }

    /// <summary>The parts of the ingest actor.</summary>
    public IngestParts Parts(Action<Exception> fail)
    {
        _telemetry.Metrics.Stages.UseWorkers(_setup.Workers);
        return _setup.Parts(fail);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _setup.DisposeAsync().ConfigureAwait(false);
        _producer.Dispose();
        if (_ownsMetrics)
        {
            _telemetry.Metrics.Dispose();
        }
    }

    /// <summary>A static member of its own for each node, so that one that comes back keeps its partitions; a free port names nobody.</summary>
    internal static PipelineOptions WithMember(PipelineOptions options)
    {
        var cluster = options.Cluster;
        return options.Input.GroupInstanceId is not null || cluster.Port == 0
            ? options
            : options with
            {
                Input = options.Input with
                {
                    GroupInstanceId = string.Create(CultureInfo.InvariantCulture, $"{options.Name}-{cluster.PublicHostname ?? cluster.Hostname}-{cluster.Port}"),
                },
            };
    }
}
