using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Hosting;

/// <summary>An embedded broker, a small pipeline on real pictures, and a state directory of its own.</summary>
internal sealed class PipelineHarness : IAsyncDisposable
{
    public const int BatchSize = 32;

    private const long FirstTimestamp = 1_700_000_000_000;

    private readonly EmbeddedKafka _broker;
    private readonly RecordProducer _producer;
    private readonly LabelledPictures _pictures = FashionMnistDataset.Bundled().Stream;

    /// <param name="partitions">Input partitions.</param>
    /// <param name="forwarded">Whether a TCP forwarder stands before the broker, for faults of connections.</param>
    /// <param name="parts">Parts of a record, each with a topic of embeddings; none: records are pictures.</param>
    /// <param name="embeddingPartitions">Partitions of the embeddings topic; each keeps 5 MiB.</param>
    public PipelineHarness(int partitions = 3, bool forwarded = false, int embeddingPartitions = 3, params IReadOnlyList<string> parts)
    {
        State = Directory.CreateTempSubdirectory("sc-pipeline-");
        var names = new TopicNames("test");
        _broker = EmbeddedKafka.Start(new EmbeddedKafkaOptions(FixedPort: forwarded ? 0 : null, Topics:
        [
            new("records", partitions),
            .. (parts.Count == 0 ? [names.Embeddings] : parts.Select(names.EmbeddingsOf)).Select(t => new TopicDefinition(t, embeddingPartitions)),
            new(names.Metrics, 1),
            new(names.Models, 1),
            new(names.DeadLetters, 1),
        ]));
        Options = new PipelineOptions
        {
            Name = "test",
            Seed = 7,
            Kafka = new KafkaOptions
            {
                BootstrapServers = _broker.BootstrapServers,

                // The embedded broker forgets a member that has left only after its session: a second run would wait 45 s for the first.
                Consumer = new Dictionary<string, string> { ["session.timeout.ms"] = "6000", ["heartbeat.interval.ms"] = "500" },
            },
            Input = new InputOptions { Topic = "records", MaxInFlightRecords = 256 },
            Encoder = new() { Width = 4, ProjectionDimension = 16 },
            Training = new() { BatchSize = BatchSize, Threads = 1, Device = "cpu" },
            Objective = new() { QueueCapacityRows = 100 },
            Checkpoint = new CheckpointOptions { Directory = State.FullName, EveryRecords = 160, Every = TimeSpan.FromMinutes(1) },
            Output = new OutputOptions { MetricsEverySteps = 2 },
        };
        _producer = new RecordProducer(Options.Kafka, "test-producer", NullLogger.Instance, TimeProvider.System);
    }

    public DirectoryInfo State { get; }

    public PipelineOptions Options { get; set; }

    public EmbeddedKafka Broker => _broker;

    /// <summary>The audit file of all runs.</summary>
    public string AuditFile => Path.Combine(State.FullName, "audit.txt");

    /// <summary>The disk of the checkpoints; null for the real one.</summary>
    public ICheckpointFiles? CheckpointFiles { get; init; }

    public OutputRecord Picture(int index, byte[]? key = null, byte[]? value = null, int? partition = null) => new(
        "records",
        key ?? Encoding.UTF8.GetBytes(index.ToString(CultureInfo.InvariantCulture)),
        value ?? _pictures.Picture(index).ToArray(),
        [new RecordHeader(HeaderNames.Label, Encoding.UTF8.GetBytes(_pictures.Labels[index].ToString(CultureInfo.InvariantCulture)))],
        FirstTimestamp + index, // Event times are part of the queue, so two runs are equal only with equal ones.
        partition);

    public Task ProduceAsync(IEnumerable<OutputRecord> records) => _producer.ProduceAsync([.. records], CancellationToken.None);

    public Task ProducePicturesAsync(int from, int count) => ProduceAsync(Enumerable.Range(from, count).Select(i => Picture(i)));

    public Task<PipelineRun> StartAsync(long? stopAfter = null, string? clusterId = null) => PipelineRun.StartAsync(Options, Settings(stopAfter, clusterId), CancellationToken.None);

    /// <summary>What a run takes beside the options.</summary>
    public PipelineRunSettings Settings(long? stopAfter, string? clusterId = null) => new()
    {
        StopAfterRecords = stopAfter,
        ClusterId = clusterId,
        EffectiveConfiguration = "{}"u8.ToArray(),
        AuditFile = AuditFile,
        CheckpointFiles = CheckpointFiles ?? new PhysicalCheckpointFiles(),
        Logging = NullLoggerFactory.Instance,
    };

    /// <summary>Runs until so many records of the lineage are consumed.</summary>
    public async Task<Pipeline.Telemetry.PipelineProgress> RunAsync(long stopAfter, string? clusterId = null)
    {
        await using var run = await StartAsync(stopAfter, clusterId);
        await run.Completion.WaitAsync(TimeSpan.FromMinutes(2));
        return run.Progress.Current;
    }

    /// <summary>Runs until so many records of the lineage are trained, then stops gracefully: what no step has taken is discarded.</summary>
    public async Task<Pipeline.Telemetry.PipelineProgress> RunAndStopAsync(long trained)
    {
        await using var run = await StartAsync();
        while (run.Progress.Current.Trained < trained)
        {
            await run.Progress.ChangedAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        }

        await run.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        return run.Progress.Current;
    }

    public List<EmbeddingMessage> ReadEmbeddings(string? part = null) =>
        [.. new EmbeddingReader(Reader(new TopicNames("test").EmbeddingsOf(part))).Read().Select(r => r.Message)];

    /// <summary>Weights, queues and the rest of the newest checkpoint, by the names of their files.</summary>
    public Dictionary<string, string> NewestStateHashes()
    {
        var newest = State.GetDirectories("checkpoints")[0].GetDirectories().OrderBy(d => d.Name, StringComparer.Ordinal).Last();
        return newest.GetFiles("*.safetensors").ToDictionary(f => f.Name, f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f.FullName))));
    }

    public List<ReceivedMessage> Read(string topic) => [.. new TopicReader(Reader(topic)).Read()];

    public async ValueTask DisposeAsync()
    {
        _producer.Dispose();
        await _broker.DisposeAsync();
        State.Delete(recursive: true);
    }

    private TopicReaderOptions Reader(string topic) => new()
    {
        Topic = topic,
        Consumer = new Dictionary<string, string> { ["bootstrap.servers"] = _broker.BootstrapServers, ["fetch.wait.max.ms"] = "20" },
    };
}
