using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Transactions;

/// <summary>The whole pipeline on real brokers and real pictures.</summary>
public sealed class RealPipelineTests(RealBroker broker)
{
    private const int Records = 500;

    private readonly LabelledPictures _pictures = FashionMnistDataset.Bundled().Stream;

    [Theory]
    [InlineData(DeliveryMode.Transactional)]
    [InlineData(DeliveryMode.Checkpointed)]
    public async Task Run_DroppedInTheMiddleTwice_AReadCommittedConsumerHasEveryEmbeddingOnce(DeliveryMode delivery)
    {
        var options = await PrepareAsync(delivery);
        var state = new DirectoryInfo(options.Checkpoint.Directory!);
        try
        {
            await RunAndDropAsync(options, trained: 100);
            await RunAndDropAsync(options, trained: 250);
            await using (var last = await StartAsync(options, stopAfter: Records))
            {
                await last.Completion.WaitAsync(2 * RealBroker.Patience);
                last.Progress.Current.Trained.ShouldBe(Records);
            }

            var embeddings = await ReadAsync(options);

            embeddings.Select(e => e.Source!.Value.Offset).Count().ShouldBeGreaterThanOrEqualTo(Records);
            embeddings.Select(e => e.Source).Distinct().Count().ShouldBe(Records);
            if (delivery == DeliveryMode.Transactional)
            {
                embeddings.Count.ShouldBe(Records);
            }
            else
            {
                // Effectively once: what comes twice is the same message.
                embeddings.Select(e => e.Id).Distinct().Count().ShouldBe(Records);
            }

            (await RealBroker.EventuallyAsync(() => Task.FromResult(Announcements(options)), a => a.Count > 0)).ShouldAllBe(a => a.Atomic);
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private async Task<PipelineOptions> PrepareAsync(DeliveryMode delivery)
    {
        var name = RealBroker.NewName("pipe");
        var bootstrap = await broker.RequireAsync();
        var topics = new TopicNames(name);
        await broker.CreateTopicAsync(name + ".records", 3);
        await broker.CreateTopicAsync(topics.Embeddings, 3, ("cleanup.policy", "compact"));
        await broker.CreateTopicAsync(topics.Metrics, 1);
        await broker.CreateTopicAsync(topics.Models, 1, ("cleanup.policy", "compact"));
        await broker.CreateTopicAsync(topics.DeadLetters, 1);
        var options = new PipelineOptions
        {
            Name = name,
            Seed = 7,
            Kafka = new KafkaOptions { BootstrapServers = bootstrap },
            Input = new InputOptions { Topic = name + ".records", MaxInFlightRecords = 256 },
            Encoder = new() { Width = 4, ProjectionDimension = 16 },
            Training = new() { BatchSize = 32, Threads = 1, Device = "cpu" },
            Objective = new() { QueueCapacityRows = 100 },
            Checkpoint = new CheckpointOptions { Directory = Directory.CreateTempSubdirectory("sc-real-").FullName, EveryRecords = 64, Every = TimeSpan.FromMinutes(1) },
            Output = new OutputOptions { MetricsEverySteps = 2, Delivery = delivery },
        };
        using var producer = new RecordProducer(options.Kafka, "test", NullLogger.Instance, TimeProvider.System);
        await producer.ProduceAsync([.. Enumerable.Range(0, Records).Select(i => Picture(options.Input.Topic, i))], CancellationToken.None);
        return options;
    }

    // One record in fifty has no key: its embedding is published under its position, which a compacted topic accepts.
    private OutputRecord Picture(string topic, int index) => new(
        topic,
        index % 50 == 0 ? null : Encoding.UTF8.GetBytes(index.ToString(CultureInfo.InvariantCulture)),
        _pictures.Picture(index).ToArray(),
        [new RecordHeader(HeaderNames.Label, Encoding.UTF8.GetBytes(_pictures.Labels[index].ToString(CultureInfo.InvariantCulture)))],
        -1);

    /// <summary>Not a stop: nothing is drained, and whatever is being published stays as it is.</summary>
    private static async Task RunAndDropAsync(PipelineOptions options, long trained)
    {
        await using var run = await StartAsync(options, stopAfter: null);
        using var limit = new CancellationTokenSource(2 * RealBroker.Patience);
        while (run.Progress.Current.Trained < trained)
        {
            var changed = run.Progress.ChangedAsync(limit.Token);
            if (await Task.WhenAny(changed, run.Completion) == run.Completion)
            {
                await run.Completion;
            }

            await changed;
        }
    }

    private static Task<PipelineRun> StartAsync(PipelineOptions options, long? stopAfter) => PipelineRun.StartAsync(
        options,
        new PipelineRunSettings { StopAfterRecords = stopAfter, EffectiveConfiguration = "{}"u8.ToArray(), Logging = NullLoggerFactory.Instance },
        CancellationToken.None);

    /// <summary>All embeddings once every record has one: a commit is answered before its markers have reached every partition.</summary>
    private static Task<List<EmbeddingMessage>> ReadAsync(PipelineOptions options)
    {
        var reader = new EmbeddingReader(Reader(options, new TopicNames(options.Name).Embeddings));
        return RealBroker.EventuallyAsync(
            () => Task.Run(() => reader.Read().Select(e => e.Message).ToList()), read => read.Select(e => e.Source).Distinct().Count() >= Records);
    }

    private static List<ModelAnnouncement> Announcements(PipelineOptions options) =>
        [.. new TopicReader(Reader(options, new TopicNames(options.Name).Models)).Read().Select(m => ModelAnnouncementCodec.Decode(m.Value, m.Headers))];

    private static TopicReaderOptions Reader(PipelineOptions options, string topic) => new()
    {
        Topic = topic,
        Consumer = new Dictionary<string, string> { ["bootstrap.servers"] = options.Kafka.BootstrapServers, ["isolation.level"] = "read_committed", ["check.crcs"] = "true" },
        ConnectTimeout = RealBroker.Patience,
    };
}
