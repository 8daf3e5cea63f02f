using Microsoft.Extensions.Logging;
using StreamingContrastive.Contracts;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Demo;

/// <summary>Everything around the demo's pipeline: broker, topics, producer, consumer of embeddings.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    private readonly DemoPlan _plan;
    private readonly EmbeddedKafka _broker;
    private readonly RecordProducer _producer;

    private DemoStage(DemoPlan plan, EmbeddedKafka broker, ILoggerFactory logging, TimeProvider clock)
    {
        (_plan, _broker) = (plan, broker);
        Options = plan.Options with { Kafka = plan.Options.Kafka with { BootstrapServers = broker.BootstrapServers } };
        _producer = new RecordProducer(Options.Kafka, "demo-producer", logging.CreateLogger("Kafka"), clock);
        Reader = new DemoReader(broker.BootstrapServers, new TopicNames(Options.Name).Embeddings);
    }

    /// <summary>The pipeline, with the embedded broker's address.</summary>
    public PipelineOptions Options { get; }

    /// <summary>The consumer of embeddings.</summary>
    public DemoReader Reader { get; }

    /// <summary>The producer of the stream, once it is started.</summary>
    public DemoProducer? Producer { get; private set; }

    /// <summary>Starts the broker with the pipeline's topics.</summary>
    public static DemoStage Open(DemoPlan plan, ILoggerFactory logging, TimeProvider clock)
    {
        var topics = PipelineTopics.Of(plan.Options).Select(t => new TopicDefinition(t.Name, t.Name == plan.Options.Input.Topic ? DemoPlan.Partitions : t.Partitions))
            .Append(new TopicDefinition(plan.Options.Monitor.HeldOutTopic!, DemoPlan.Partitions));
        return new DemoStage(plan, EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [.. topics])), logging, clock);
    }

    /// <summary>Sends the held-out pictures to their topic.</summary>
    public Task ProduceHeldOutAsync(CancellationToken cancellation)
    {
        var pictures = _plan.Dataset.HeldOut;
        var stream = new DemoStream(pictures, new DemoPayloads(pictures, _plan.Png, poisonShare: 0), Options.Monitor.HeldOutTopic!, DemoPlan.Partitions);
        return _producer.ProduceAsync([.. Enumerable.Range(0, Math.Min(pictures.Count, Options.Monitor.QueryRecords)).Select(i => stream.Record(i))], cancellation);
    }

    /// <summary>
    /// Starts the producer, and returns once every record that a resumed pipeline may ask for is in the topic. The result ends
    /// with the last record, or with <paramref name="cancellation"/>.
    /// </summary>
    public async Task<Task> StartProducingAsync(ProgressBoard board, IReadOnlyDictionary<PartitionId, long>? resumed, long total, CancellationToken cancellation)
    {
        var stream = new DemoStream(_plan.Dataset.Stream, new DemoPayloads(_plan.Dataset.Stream, _plan.Png, _plan.PoisonShare), Options.Input.Topic, DemoPlan.Partitions);
        var start = resumed ?? new Dictionary<PartitionId, long>();
        Producer = new DemoProducer(
            stream,
            _producer.ProduceAsync,
            () => board.Current.Checkpoint is null ? start : board.Current.DurableOffsets,
            board.ChangedAsync,
            DemoProducer.WindowFor(Options.Input.Payload.Shape.ByteCount));
        var production = Produce(Producer, total, cancellation);
        await Task.WhenAny(Producer.CaughtUp, production).ConfigureAwait(false);
        return production;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Reader.Dispose();
        _producer.Dispose();
        await _broker.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task Produce(DemoProducer producer, long total, CancellationToken cancellation)
    {
        try
        {
            await producer.RunAsync(total, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The demo ends before its stream does.
        }
    }
}
