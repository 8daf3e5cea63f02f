using System.Diagnostics;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;

namespace StreamingContrastive.IntegrationTests.Contracts;

/// <summary>The client against a broker that speaks Kafka's protocol over TCP.</summary>
public sealed class EmbeddingReaderTests : IDisposable
{
    private const string Topic = "fashion.embeddings";

    private readonly MockBroker _broker = new();
    private readonly EmbeddingCodec _codec = new("fashion", WireFormat.Protobuf);

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task Read_ToTheEnd_GivesVectorsAndTombstonesOfEveryPartitionInOrder()
    {
        for (int i = 0; i < 40; i++)
        {
            await Produce(i % 4, _codec.Encode(Embedding(i)));
        }

        await Produce(1, _codec.EncodeTombstone(new PublishedTombstone { Key = [1], Source = new SourcePosition("records", 0, 40) }));

        ReceivedEmbedding[] read = [.. new EmbeddingReader(Options()).Read(TestContext.Current.CancellationToken)];

        read.Length.ShouldBe(41);
        read.Where(r => r.Partition == 1).Select(r => r.Message.Source!.Value.Offset).ShouldBe([1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 40]);
        read.Last(r => r.Partition == 1).Message.ShouldBeOfType<PublishedTombstone>().Key.ShouldBe([1]);
        PublishedEmbedding first = read.Select(r => r.Message).OfType<PublishedEmbedding>().Single(e => e.Source!.Value.Offset == 3);
        first.Vector.ToArray().ShouldBe([3f, 1f]);
        first.Id.ShouldBe("fashion/records/0/3/1/2");
    }

    [Fact]
    public async Task Read_Following_GivesWhatComesLaterUntilCancelled()
    {
        await Produce(0, _codec.Encode(Embedding(0)));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(60));
        using IEnumerator<ReceivedEmbedding> read = new EmbeddingReader(Options() with { Follow = true }).Read(stop.Token).GetEnumerator();

        read.MoveNext().ShouldBeTrue();
        await Produce(2, _codec.Encode(Embedding(1)));
        read.MoveNext().ShouldBeTrue();
        read.Current.Message.Source!.Value.Offset.ShouldBe(1);
        await stop.CancelAsync();

        Should.Throw<OperationCanceledException>(() => read.MoveNext());
    }

    [Fact]
    public async Task Read_TopicThatDoesNotExist_NamesIt()
    {
        await Produce(0, _codec.Encode(Embedding(0)));
        var reader = new EmbeddingReader(Options() with { Topic = "fasion.embeddings" });

        Should.Throw<TopicReadException>(() => reader.Read(TestContext.Current.CancellationToken).Count()).Message.ShouldContain("fasion.embeddings");
    }

    [Fact]
    public void Read_NobodyListens_NamesTheAddressWithinTheTimeout()
    {
        // Port 1 is reserved and free everywhere tests run.
        TopicReaderOptions options = Options() with
        {
            Consumer = new Dictionary<string, string> { ["bootstrap.servers"] = "127.0.0.1:1" },
            ConnectTimeout = TimeSpan.FromSeconds(1),
        };
        var watch = Stopwatch.StartNew();

        string message = Should.Throw<TopicReadException>(() => new TopicReader(options).Read(TestContext.Current.CancellationToken).Count()).Message;

        message.ShouldContain("127.0.0.1:1");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    private static PublishedEmbedding Embedding(long offset) => new()
    {
        Key = [(byte)offset],
        Source = new SourcePosition("records", 0, offset),
        LineageEpoch = 1,
        Vector = new float[] { offset, 1f },
        Normalised = false,
        ModelVersion = 2,
        SpaceId = "s",
    };

    private TopicReaderOptions Options() => new()
    {
        Topic = Topic,
        Consumer = new Dictionary<string, string> { ["bootstrap.servers"] = _broker.BootstrapServers, ["fetch.wait.max.ms"] = "20" },
    };

    private Task Produce(int partition, EncodedMessage message) => _broker.Produce(Topic, partition, message.Key, message.Value, message.Headers);
}
