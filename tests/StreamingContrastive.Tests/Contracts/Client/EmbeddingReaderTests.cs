using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;

namespace StreamingContrastive.Tests.Contracts.Client;

public sealed class EmbeddingReaderTests
{
    private static readonly ReceivedMessage _good = Received(10, new EmbeddingCodec("fashion", WireFormat.Protobuf).Encode(ContractSamples.Embedding()));
    private static readonly ReceivedMessage _bad = new("fashion.embeddings", 4, 11, -1, null, [1, 2], []);
    private static readonly ReceivedMessage _deleted = new("fashion.embeddings", 4, 12, -1, [3], null, []);

    [Fact]
    public void Read_UndecodableAndThrow_NamesTopicPartitionAndOffset()
    {
        EmbeddingReader reader = Over(UndecodablePolicy.Throw, _good, _bad);
        using IEnumerator<ReceivedEmbedding> read = reader.Read(TestContext.Current.CancellationToken).GetEnumerator();

        read.MoveNext().ShouldBeTrue();
        Should.Throw<WireFormatException>(() => read.MoveNext()).Message.ShouldContain("fashion.embeddings[4] at offset 11");
    }

    [Fact]
    public void Read_UndecodableAndSkip_GoesOnAndCounts()
    {
        EmbeddingReader reader = Over(UndecodablePolicy.Skip, _good, _bad, _deleted);

        ReceivedEmbedding[] read = [.. reader.Read(TestContext.Current.CancellationToken)];

        read.Select(r => r.Offset).ShouldBe([10L, 12L]);
        read[1].Message.ShouldBeOfType<PublishedTombstone>();
        reader.Skipped.ShouldBe(1);
    }

    [Fact]
    public void Constructor_WithoutBrokers_SaysWhichSettingIsMissing() =>
        Should.Throw<ArgumentException>(() => new EmbeddingReader(new TopicReaderOptions { Topic = "t", Consumer = new Dictionary<string, string>() }))
            .Message.ShouldContain("bootstrap.servers");

    private static EmbeddingReader Over(UndecodablePolicy policy, params ReceivedMessage[] messages) =>
        new(_ => messages, policy, EmbeddingCodec.DefaultMaxValueBytes);

    private static ReceivedMessage Received(long offset, EncodedMessage m) =>
        new("fashion.embeddings", 4, offset, m.TimestampUnixMs, m.Key, m.Value, m.Headers);
}
