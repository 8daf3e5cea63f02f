using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;
using StreamingContrastive.Pipeline.Kafka.Output.Transactions;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Transactions;

/// <summary>Publishers and readers of one test on a real cluster.</summary>
internal sealed class TransactionBench(string bootstrap, string topic, string transactionalId)
{
    // Recent: a cluster may refuse, or remove at once, what is older than it keeps.
    private readonly long _start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public KafkaTransactionalClient Client(params (string Key, string Value)[] settings) => new(
        KafkaClientSettings.Producer(
            new KafkaOptions { BootstrapServers = bootstrap, Producer = settings.ToDictionary(s => s.Key, s => s.Value) }, "transaction-tests", transactionalId),
        NullLogger.Instance,
        TimeProvider.System);

    public static TransactionalOutput Output(ITransactionalClient client) => new(
        client,
        new TransactionLimits(RealBroker.Patience, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30), 5, new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2))),
        NullLogger.Instance,
        TimeProvider.System);

    /// <summary>A publisher that has taken the id over.</summary>
    public async Task<TransactionalOutput> OpenAsync(ITransactionalClient? client = null)
    {
        var output = Output(client ?? Client());
        await output.InitAsync(CancellationToken.None);
        return output;
    }

    /// <summary>A bare client that has taken the id over; a coordinator that is only just loading is asked again.</summary>
    public async Task<KafkaTransactionalClient> OpenClientAsync(params (string Key, string Value)[] settings)
    {
        var client = Client(settings);
        await Output(client).InitAsync(CancellationToken.None);
        return client;
    }

    public List<OutputRecord> Records(int from, int count) => [.. Enumerable.Range(from, count).Select(i => new OutputRecord(
        topic,
        Encoding.UTF8.GetBytes((i % 11).ToString(CultureInfo.InvariantCulture)),
        Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)),
        [new RecordHeader("n", Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)))],
        _start + i))];

    public List<int> ReadUncommitted() => [.. Read("read_uncommitted").Select(Number)];

    /// <summary>
    /// What a read_committed consumer gets, as soon as it is so much: a commit is answered before its markers have reached every partition.
    /// </summary>
    public Task<List<ReceivedMessage>> ReadCommittedAsync(int atLeast) =>
        RealBroker.EventuallyAsync(() => Task.Run(() => Read("read_committed")), read => read.Count >= atLeast);

    /// <summary>Exactly these numbers, each once, and each key's in order.</summary>
    public async Task ShouldHoldExactlyAsync(IEnumerable<int> numbers)
    {
        var expected = numbers.ToList();
        var read = await ReadCommittedAsync(expected.Count);
        read.Select(Number).Order().ShouldBe(expected.Order());
        foreach (var key in read.GroupBy(m => Convert.ToHexString(m.Key!)))
        {
            key.Select(Number).ShouldBeInOrder();
        }
    }

    private List<ReceivedMessage> Read(string isolation) => [.. new TopicReader(new TopicReaderOptions
    {
        Topic = topic,
        Consumer = new Dictionary<string, string>
        {
            ["bootstrap.servers"] = bootstrap,
            ["isolation.level"] = isolation,
            ["check.crcs"] = "true", // The embedded broker cannot stand it after a transaction; a real one must.
        },
        ConnectTimeout = RealBroker.Patience,
    }).Read(new CancellationTokenSource(RealBroker.Patience).Token)];

    private static int Number(ReceivedMessage message) => int.Parse(Encoding.UTF8.GetString(message.Value!), CultureInfo.InvariantCulture);
}
