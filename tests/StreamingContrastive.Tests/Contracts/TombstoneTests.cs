using StreamingContrastive.Contracts;

namespace StreamingContrastive.Tests.Contracts;

public sealed class TombstoneTests
{
    private static readonly PublishedTombstone _tombstone = new()
    {
        Key = [9],
        Source = new SourcePosition("records", 2, 17),
        LineageEpoch = 4,
        Step = 12,
        EventTimeUnixMs = 1_700_000_000_123,
        TraceParent = ContractSamples.TraceParent,
    };

    [Theory]
    [InlineData(WireFormat.Json)]
    [InlineData(WireFormat.Qdrant)]
    public void Decode_EncodedTombstone_GivesItBack(WireFormat format)
    {
        EncodedMessage encoded = new EmbeddingCodec("fashion", format).EncodeTombstone(_tombstone);
        EmbeddingMessage read = EmbeddingCodec.Decode(encoded.Key, encoded.Value, encoded.Headers);

        encoded.Value.ShouldBeNull();
        read.ShouldBe(_tombstone with { Id = "fashion/records/2/17/4", Pipeline = "fashion" });
    }

    [Fact]
    public void Encode_TombstoneWithoutKey_IsKeyedByItsPosition() =>
        new EmbeddingCodec("fashion", WireFormat.Protobuf).EncodeTombstone(_tombstone with { Key = null })
            .Key.ShouldBe("records/2/17"u8.ToArray());

    [Fact]
    public void Decode_NullValueOfAnotherProgram_IsADeletionOfItsKey()
    {
        var read = EmbeddingCodec.Decode([7], null, []).ShouldBeOfType<PublishedTombstone>();

        read.Key.ShouldBe([7]);
        read.Source.ShouldBeNull();
    }

    [Theory]
    [InlineData(HeaderNames.SourceOffset)]
    [InlineData(HeaderNames.LineageEpoch)]
    public void Decode_TombstoneThatLacksItsPosition_NamesTheHeader(string name)
    {
        EncodedMessage encoded = new EmbeddingCodec("fashion", WireFormat.Json).EncodeTombstone(_tombstone);

        Should.Throw<WireFormatException>(() => EmbeddingCodec.Decode([9], null, [.. encoded.Headers.Where(h => h.Key != name)]))
            .Message.ShouldContain(name);
    }
}
