using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;

namespace StreamingContrastive.Tests.Contracts;

/// <summary>Messages of records of several parts: marked by part, unique by part, and of one part as they always were.</summary>
public sealed class PartMessagesTests
{
    private static readonly PublishedTombstone Deleted = new() { Key = [9], Source = new SourcePosition("records", 2, 17), LineageEpoch = 4, Step = 12 };

    [Theory]
    [InlineData(WireFormat.Protobuf)]
    [InlineData(WireFormat.Json)]
    [InlineData(WireFormat.Qdrant)]
    public void Decode_EncodedPart_NamesIt(WireFormat format)
    {
        var codec = new EmbeddingCodec("fashion", format);
        var embedding = codec.Encode(ContractSamples.Embedding() with { Part = "caption" });
        var tombstone = codec.EncodeTombstone(Deleted with { Part = "caption" });

        EmbeddingCodec.Decode(embedding.Key, embedding.Value, embedding.Headers).Part.ShouldBe("caption");
        EmbeddingCodec.Decode(tombstone.Key, null, tombstone.Headers).ShouldBe(Deleted with { Part = "caption", Id = "fashion/records/2/17/4/-/caption", Pipeline = "fashion" });
        embedding.Headers.FindText(HeaderNames.Part).ShouldBe("caption");
        embedding.Headers.FindText(HeaderNames.Id)!.ShouldEndWith("/7/caption");
    }

    [Theory]
    [InlineData(WireFormat.Protobuf)]
    [InlineData(WireFormat.Json)]
    [InlineData(WireFormat.Qdrant)]
    public void Encode_OnePart_SaysNothingOfParts(WireFormat format)
    {
        var encoded = new EmbeddingCodec("fashion", format).Encode(ContractSamples.Embedding());

        EmbeddingCodec.Decode(encoded.Key, encoded.Value, encoded.Headers).Part.ShouldBeNull();
        encoded.Headers.ShouldNotContain(h => h.Key == HeaderNames.Part);
        Encoding.UTF8.GetString(encoded.Value!).ShouldNotContain("part\"");
    }

    /// <summary>Python: uuid5(uuid5(NAMESPACE_URL, "/streaming-contrastive/fashion/caption"), "42").</summary>
    [Fact]
    public void QdrantIds_OfTwoParts_AreTwoPoints()
    {
        var ids = new QdrantPointIds("fashion");

        ids.Of("42"u8, null).ShouldBe(ids.Of("42"u8));
        ids.Of("42"u8, "caption").ShouldBe(new Guid("333d4b8d-2069-5c96-bdea-ed8656e44dbc"));
        ids.Of("42"u8, "picture").ShouldNotBe(ids.Of("42"u8, "caption"));
    }

    /// <summary>Red without the part in the filter's key: the second topic then was one long repeat.</summary>
    [Fact]
    public void RepeatFilter_OverTwoParts_DropsOnlyRepeats()
    {
        var filter = new RepeatFilter();
        bool Accept(string part, long offset) => filter.Accept(new ReceivedEmbedding(0, offset, ContractSamples.Embedding(offset) with { Part = part }));

        new[] { Accept("a", 5), Accept("b", 5), Accept("b", 6), Accept("a", 6), Accept("b", 6) }.ShouldBe([true, true, true, true, false]);
    }

    [Theory]
    [InlineData("p/t/0/1/1/2", "7")]
    [InlineData("p/t/0/1/1/-", "-")]
    public void Ids_OfParts_AreLikeNoOther(string other, string part)
    {
        var source = new SourcePosition("t", 0, 1);
        string[] ids = [EmbeddingIds.OfEmbedding("p", source, 1, 2, part), EmbeddingIds.OfTombstone("p", source, 1, part), EmbeddingIds.OfEmbedding("p", source, 1, 2), EmbeddingIds.OfTombstone("p", source, 1)];

        ids.Distinct().Count().ShouldBe(4);
        ids[0].ShouldBe($"p/t/0/1/1/2/{part}");
        ids[1].ShouldBe($"p/t/0/1/1/-/{part}");
        other.ShouldNotBe(ids[1]);
    }

    [Fact]
    public void EmbeddingsOf_Parts_AreTopicsOfTheirOwn()
    {
        var names = new TopicNames("fashion");

        (names.EmbeddingsOf(null), names.EmbeddingsOf("caption")).ShouldBe(("fashion.embeddings", "fashion.embeddings.caption"));
        Should.Throw<ArgumentException>(() => names.EmbeddingsOf("a/b")).Message.ShouldContain("fashion.embeddings.a/b");
        Should.Throw<ArgumentException>(() => names.EmbeddingsOf(new string('a', 240)));
    }

    [Fact]
    public void Catalog_ForParts_HasATopicAPart()
    {
        var catalog = TopicCatalog.LoadDefault();

        var topics = catalog.For(new TopicNames("p"), "in", ["a", "b"]);

        topics.Where(t => t.Role == TopicRole.Embeddings).Select(t => (t.Name, t.Partitions)).ShouldBe([("p.embeddings.a", 12), ("p.embeddings.b", 12)]);
        topics.Count.ShouldBe(6);
        catalog.For(new TopicNames("p"), "in", ["a"]).Select(t => t.Name).ShouldBe(catalog.For(new TopicNames("p"), "in").Select(t => t.Name));
    }
}
