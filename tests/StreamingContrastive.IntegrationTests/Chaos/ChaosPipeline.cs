using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Contracts;
using StreamingContrastive.IntegrationTests.Commands;
using StreamingContrastive.IntegrationTests.Transactions;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>A broker (a process of its own, or a named cluster), a pipeline file with state and audit file in a directory of its own, records, and their outputs.</summary>
internal sealed class ChaosPipeline : IAsyncDisposable
{
    public const int BatchSize = 32;
    private const long FirstTimestamp = 1_700_000_000_000;

    private readonly BrokerProcess? _broker;
    private readonly RecordProducer _producer;
    private readonly DirectoryInfo _directory;
    private readonly string _name;
    private readonly int _partitions;
    private readonly int _seed;
    private readonly ChaosRecords _records;

    private ChaosPipeline(BrokerProcess? broker, string bootstrap, string name, int partitions, int seed, ChaosRecords records)
    {
        (_broker, _name, _partitions, _seed, _records) = (broker, name, partitions, seed, records);
        _directory = Directory.CreateTempSubdirectory("sc-chaos-");
        var kafka = new KafkaOptions { BootstrapServers = bootstrap };
        _producer = new RecordProducer(kafka, "chaos-producer", NullLogger.Instance, TimeProvider.System);
        Bootstrap = bootstrap;
        Outputs = new ChaosOutputs(bootstrap, new TopicNames(name), records.Parts);
    }

    /// <summary>The brokers.</summary>
    public string Bootstrap { get; }

    /// <summary>What consumers of the outputs see.</summary>
    public ChaosOutputs Outputs { get; }

    /// <summary>Records produced so far: record i is offset i / partitions of partition i % partitions.</summary>
    public long Produced { get; private set; }

    /// <summary>Embeddings that a record gets: one a part.</summary>
    public int EmbeddingsPerRecord => Math.Max(1, _records.Parts.Count);

    /// <summary>The state directory.</summary>
    public string State => Path.Combine(_directory.FullName, "state");

    /// <summary>The audit file.</summary>
    public string AuditFile => Path.Combine(_directory.FullName, "audit.txt");

    /// <summary>The audit file as it is now.</summary>
    public AuditTrail Audit => AuditTrail.Read(AuditFile);

    /// <summary>Where the partitions end.</summary>
    public IReadOnlyDictionary<PartitionId, long> Ends => Enumerable.Range(0, _partitions)
        .ToDictionary(p => new PartitionId(InputTopic(_name), p), p => (Produced + _partitions - 1 - p) / _partitions);

    /// <summary>The pipeline file.</summary>
    public string PipelineFile => Path.Combine(_directory.FullName, "chaos.json");

    /// <summary>Starts an embedded broker and writes the pipeline file.</summary>
    /// <param name="partitions">Input partitions; with one, runs are bit-identical.</param>
    /// <param name="seed">Seed of the records.</param>
    /// <param name="delivery">immediate, checkpointed, or (where brokers have transactions) transactional.</param>
    /// <param name="width">Encoder width.</param>
    /// <param name="staticMember">Whether the trainer joins under a fixed input.groupInstanceId.</param>
    /// <param name="listen">Further arguments of the broker's command, for clients that are not on this machine's loopback.</param>
    /// <param name="records">What the records hold; small pictures where nothing is said.</param>
    public static async Task<ChaosPipeline> StartAsync(int partitions, int seed, string delivery, int width = 4, bool staticMember = true, string[]? listen = null, ChaosRecords? records = null)
    {
        const string name = "chaos";
        records ??= ChaosRecords.Pictures();
        var topics = Topics(name, partitions, records);
        var broker = await BrokerProcess.StartAsync([.. topics.Select(t => $"{t.Name}:{t.Partitions}")], listen ?? []);
        var pipeline = new ChaosPipeline(broker, broker.Bootstrap, name, partitions, seed, records);
        await File.WriteAllTextAsync(pipeline.PipelineFile, pipeline.Definition(broker.Bootstrap, delivery, width, staticMember));
        return pipeline;
    }

    /// <summary>The same on a cluster that is not ours: under a name of its own, with topics that forget nothing.</summary>
    public static async Task<ChaosPipeline> StartAsync(RealBroker cluster, int partitions, int seed, string delivery, int width = 4, bool staticMember = true)
    {
        var bootstrap = await cluster.RequireAsync();
        var name = RealBroker.NewName("chaos");
        foreach (var (topic, count, policy) in Topics(name, partitions, ChaosRecords.Pictures()))
        {
            // The records' times lie in the past, and a broker's retention goes by them.
            await cluster.CreateTopicAsync(topic, count, ("cleanup.policy", policy), ("retention.ms", "-1"));
        }

        var pipeline = new ChaosPipeline(null, bootstrap, name, partitions, seed, ChaosRecords.Pictures());
        await File.WriteAllTextAsync(pipeline.PipelineFile, pipeline.Definition(bootstrap, delivery, width, staticMember));
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

    /// <summary>Sends a signal to the embedded broker's process: STOP makes it a broker that takes requests and answers none.</summary>
    public Task SignalBrokerAsync(string name) => _broker!.Program.SignalAsync(name);

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
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    private static string InputTopic(string name) => name + ".records";

    private static (string Name, int Partitions, string CleanupPolicy)[] Topics(string name, int partitions, ChaosRecords records)
    {
        var outputs = new TopicNames(name);
        return
        [
            (InputTopic(name), partitions, "delete"),
            .. ChaosOutputs.EmbeddingTopics(outputs, records.Parts).Select(topic => (topic, 6, "compact")),
            (outputs.Metrics, 1, "delete"),
            (outputs.Models, 1, "compact"),
            (outputs.DeadLetters, 1, "delete"),
        ];
    }

    private OutputRecord Record(long index) => new(
        InputTopic(_name), Encoding.UTF8.GetBytes(index.ToString(CultureInfo.InvariantCulture)), _records.Value(new Random((int)((index * 7919) + _seed))), [],
        FirstTimestamp + index, (int)(index % _partitions));

    private string Definition(string bootstrap, string delivery, int width, bool staticMember) => JsonSerializer.Serialize(new
    {
        name = _name,
        seed = 7,
        kafka = new
        {
            bootstrapServers = bootstrap,
            consumer = new Dictionary<string, string> { ["fetch.wait.max.ms"] = "20" }, // The session timeout is the program's own.
        },
        input = new Dictionary<string, object?>
        {
            ["topic"] = InputTopic(_name),
            ["maxInFlightRecords"] = 256,
            ["groupInstanceId"] = staticMember ? "trainer-0" : null,
        }.Where(e => e.Value is not null).Concat(_records.Input()).ToDictionary(),
        encoder = ChaosRecords.Encoder(width),
        training = new { batchSize = BatchSize, threads = 1, device = "cpu" },
        objective = _records.Objective(),
        checkpoint = new { directory = State, everyRecords = 10 * BatchSize, every = "1s" },
        output = new { delivery, metricsEverySteps = 10 },
    });
}
