using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.IntegrationTests.Commands;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>A broker process, a pipeline file with state and audit file in a directory of its own, small pictures, and their outputs.</summary>
internal sealed class ChaosPipeline : IAsyncDisposable
{
    public const int BatchSize = 32;
    private const int Side = 8;
    private const long FirstTimestamp = 1_700_000_000_000;

    private readonly BrokerProcess _broker;
    private readonly RecordProducer _producer;
    private readonly DirectoryInfo _directory;
    private readonly int _partitions;
    private readonly int _seed;

    private ChaosPipeline(BrokerProcess broker, DirectoryInfo directory, int partitions, int seed)
    {
        (_broker, _directory, _partitions, _seed) = (broker, directory, partitions, seed);
        var kafka = new KafkaOptions { BootstrapServers = broker.Bootstrap };
        _producer = new RecordProducer(kafka, "chaos-producer", NullLogger.Instance, TimeProvider.System);
        Outputs = new ChaosOutputs(broker.Bootstrap);
    }

    /// <summary>What consumers of the outputs see.</summary>
    public ChaosOutputs Outputs { get; }

    /// <summary>Records produced so far: record i is offset i / partitions of partition i % partitions.</summary>
    public long Produced { get; private set; }

    /// <summary>The state directory.</summary>
    public string State => Path.Combine(_directory.FullName, "state");

    /// <summary>The audit file.</summary>
    public string AuditFile => Path.Combine(_directory.FullName, "audit.txt");

    /// <summary>The audit file as it is now.</summary>
    public AuditTrail Audit => AuditTrail.Read(AuditFile);

    /// <summary>Where the partitions end.</summary>
    public IReadOnlyDictionary<PartitionId, long> Ends => Enumerable.Range(0, _partitions)
        .ToDictionary(p => new PartitionId("records", p), p => (Produced + _partitions - 1 - p) / _partitions);

    private string PipelineFile => Path.Combine(_directory.FullName, "chaos.json");

    /// <summary>Starts a broker and writes the pipeline file.</summary>
    /// <param name="partitions">Input partitions; with one, runs are bit-identical.</param>
    /// <param name="seed">Seed of the pictures.</param>
    /// <param name="delivery">immediate or checkpointed.</param>
    /// <param name="width">Encoder width.</param>
    /// <param name="staticMember">Whether the trainer joins under a fixed input.groupInstanceId.</param>
    public static async Task<ChaosPipeline> StartAsync(int partitions, int seed, string delivery, int width = 4, bool staticMember = true)
    {
        var broker = await BrokerProcess.StartAsync($"records:{partitions}", "chaos.embeddings:6", "chaos.metrics:1", "chaos.models:1", "chaos.dead-letters:1");
        var pipeline = new ChaosPipeline(broker, Directory.CreateTempSubdirectory("sc-chaos-"), partitions, seed);
        await File.WriteAllTextAsync(pipeline.PipelineFile, pipeline.Definition(broker.Bootstrap, delivery, width, staticMember));
        return pipeline;
    }

    /// <summary>Starts <c>run</c>.</summary>
    public ProgramProcess StartTrainer(params string[] more) => ProgramProcess.Start(["run", PipelineFile, "--audit", AuditFile, .. more]);

    /// <summary>Runs <c>run</c> to its end, with a state directory and an audit file that the arguments name.</summary>
    public Task<ProgramResult> RunTrainerAsync(params string[] arguments) => ProgramProcess.RunAsync(["run", PipelineFile, .. arguments]);

    /// <summary>Produces the next records and waits for the broker.</summary>
    public async Task ProduceAsync(int count)
    {
        await _producer.ProduceAsync([.. Enumerable.Range(0, count).Select(i => Record(Produced + i))], TestContext.Current.CancellationToken);
        Produced += count;
    }

    /// <summary>Sends a signal to the broker's process: STOP makes it a broker that takes requests and answers none.</summary>
    public Task SignalBrokerAsync(string name) => _broker.Program.SignalAsync(name);

    /// <summary>Checkpoints that are committed and whose outbox is not known to be published.</summary>
    public IReadOnlyList<string> InDoubt() =>
    [
        .. Directory.GetDirectories(Path.Combine(State, "checkpoints")).Select(d => Path.GetFileName(d)).Where(n => n[0] != '.')
            .Except(Directory.GetFiles(Path.Combine(State, "announced")).Select(f => Path.GetFileName(f))),
    ];

    /// <summary>Whether a checkpoint is written whole and not yet committed.</summary>
    public bool CheckpointWaits() => Directory.GetDirectories(Path.Combine(State, "checkpoints"), ".tmp-*").Any(d => File.Exists(Path.Combine(d, "manifest.json")));

    /// <summary>SHA-256 of every tensor file of the newest checkpoint, by file name.</summary>
    public Dictionary<string, string> NewestTensors()
    {
        var newest = new DirectoryInfo(Path.Combine(State, "checkpoints")).GetDirectories().Where(d => d.Name[0] != '.').OrderBy(d => d.Name, StringComparer.Ordinal).Last();
        return newest.GetFiles("*.safetensors").ToDictionary(f => f.Name, f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f.FullName))));
    }

    public async ValueTask DisposeAsync()
    {
        await Outputs.DisposeAsync();
        _producer.Dispose();
        await _broker.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private OutputRecord Record(long index)
    {
        var pixels = new byte[Side * Side];
        new Random((int)((index * 7919) + _seed)).NextBytes(pixels);
        return new OutputRecord("records", Encoding.UTF8.GetBytes(index.ToString(CultureInfo.InvariantCulture)), pixels, [], FirstTimestamp + index, (int)(index % _partitions));
    }

    private string Definition(string bootstrap, string delivery, int width, bool staticMember) => JsonSerializer.Serialize(new
    {
        name = "chaos",
        seed = 7,
        kafka = new
        {
            bootstrapServers = bootstrap,
            consumer = new Dictionary<string, string> { ["fetch.wait.max.ms"] = "20" }, // The session timeout is the program's own.
        },
        input = new Dictionary<string, object?>
        {
            ["topic"] = "records",
            ["maxInFlightRecords"] = 256,
            ["payload"] = new { height = Side, width = Side },
            ["groupInstanceId"] = staticMember ? "trainer-0" : null,
        }.Where(e => e.Value is not null).ToDictionary(),
        encoder = new { width, projectionDimension = 16 },
        training = new { batchSize = BatchSize, threads = 1, device = "cpu" },
        objective = new { queueCapacityRows = 100 },
        checkpoint = new { directory = State, everyRecords = 10 * BatchSize, every = "1s" },
        output = new { delivery, metricsEverySteps = 10 },
    });
}
