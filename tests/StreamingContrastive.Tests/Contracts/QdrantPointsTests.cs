using System.Text;
using System.Text.Json;
using StreamingContrastive.Contracts;

namespace StreamingContrastive.Tests.Contracts;

/// <summary>
/// The record shape that the README of Qdrant's sink connector documents (version 1.4.1): collection_name, id, vector and payload in
/// the value; collection_name and id in the key of a tombstone.
/// </summary>
public sealed class QdrantPointsTests
{
    private static readonly EmbeddingCodec _codec = new("fashion", WireFormat.Qdrant);

    [Fact]
    public void Encode_TextKey_GivesTheDocumentedValue() =>
        Text(_codec.Encode(ContractSamples.Embedding() with { Key = "42"u8.ToArray() }).Value).ShouldBe(
            """{"collection_name":"fashion","id":"c4ef9d44-0d27-596f-b6f8-a32a35de645d","vector":[0.6,-0.8],"payload":{"key":"42","normalised":true,"modelVersion":7,"spaceId":"a1b2","lineageEpoch":3,"step":100,"sourceTopic":"records","sourcePartition":5,"sourceOffset":42,"eventTimeUnixMs":1700000000123}}""");

    [Fact]
    public void Encode_KeyThatIsNoText_IsInThePayloadAsBase64()
    {
        JsonElement payload = JsonDocument.Parse(_codec.Encode(ContractSamples.Embedding() with { Key = [255, 0] }).Value!).RootElement.GetProperty("payload");

        payload.TryGetProperty("key", out _).ShouldBeFalse();
        payload.GetProperty("keyBase64").GetString().ShouldBe("/wA=");
    }

    [Fact]
    public void EncodeTombstone_Key_IsTheDocumentedOneAndThePointsOwn()
    {
        byte[] key = "42"u8.ToArray();

        EncodedMessage point = _codec.Encode(ContractSamples.Embedding() with { Key = key });
        EncodedMessage tombstone = _codec.EncodeTombstone(new PublishedTombstone { Key = key, Source = new SourcePosition("records", 5, 43), LineageEpoch = 3, Step = 101 });

        tombstone.Value.ShouldBeNull();
        Text(tombstone.Key).ShouldBe("""{"id":"c4ef9d44-0d27-596f-b6f8-a32a35de645d","collection_name":"fashion"}""");
        point.Key.ShouldBe(tombstone.Key);
    }

    [Fact]
    public void Encode_RecordWithoutKey_IsAPointOfItsPosition()
    {
        EncodedMessage encoded = _codec.Encode(ContractSamples.Embedding() with { Key = null });

        JsonElement point = JsonDocument.Parse(encoded.Value!).RootElement;
        point.GetProperty("id").GetGuid().ShouldBe(new QdrantPointIds("fashion").Of("records/5/42"u8));
        point.GetProperty("payload").GetProperty("key").GetString().ShouldBe("records/5/42");
    }

    [Fact]
    public void NameBased_ExampleOfTheStandard_GivesItsUuid() =>
        QdrantPointIds.NameBased(new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com"u8) // RFC 9562, appendix A.4
            .ShouldBe(new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"));

    // The expected ids are Python's: uuid5(uuid5(NAMESPACE_URL, "/streaming-contrastive/fashion"), key).
    [Theory]
    [InlineData("3432", "c4ef9d44-0d27-596f-b6f8-a32a35de645d")]
    [InlineData("010203", "e382ecca-5f66-557a-8b06-4fe471060c8c")]
    [InlineData("ff00", "503f78de-f45d-5bed-845d-0f7bfdd9bd09")]
    public void Of_Key_IsWhatOtherLanguagesCompute(string keyHex, string expected) =>
        new QdrantPointIds("fashion").Of(Convert.FromHexString(keyHex)).ShouldBe(new Guid(expected));

    [Fact]
    public void Of_SameKeyOfAnotherPipeline_IsAnotherPoint() =>
        new QdrantPointIds("fashion").Of("42"u8).ShouldNotBe(new QdrantPointIds("photos").Of("42"u8));

    [Fact]
    public void Decode_PointWithoutVector_NamesThePoint()
    {
        EncodedMessage good = _codec.Encode(ContractSamples.Embedding() with { Key = "42"u8.ToArray() });
        byte[] empty = Encoding.UTF8.GetBytes(Text(good.Value).Replace("[0.6,-0.8]", "[]", StringComparison.Ordinal));

        Should.Throw<WireFormatException>(() => EmbeddingCodec.Decode(good.Key, empty, good.Headers)).Message.ShouldContain("c4ef9d44");
    }

    [Fact]
    public void Documents_QdrantFormat_IsRefused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new MetricsCodec("fashion", WireFormat.Qdrant));
        Should.Throw<ArgumentOutOfRangeException>(() => new ModelAnnouncementCodec("fashion", WireFormat.Qdrant));
        EncodedMessage point = _codec.Encode(ContractSamples.Embedding());
        Should.Throw<WireFormatException>(() => MetricsCodec.Decode(point.Value, point.Headers)).Message.ShouldContain(MediaTypes.QdrantPoint);
        Should.Throw<WireFormatException>(() => ModelAnnouncementCodec.Decode(point.Value, point.Headers)).Message.ShouldContain(MediaTypes.QdrantPoint);
    }

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes!);
}
