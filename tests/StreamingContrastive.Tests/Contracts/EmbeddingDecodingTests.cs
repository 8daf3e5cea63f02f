using System.Text;
using StreamingContrastive.Contracts;

namespace StreamingContrastive.Tests.Contracts;

public sealed class EmbeddingDecodingTests
{
    private static readonly EncodedMessage _good = new EmbeddingCodec("fashion", WireFormat.Protobuf).Encode(ContractSamples.Embedding());
    private static readonly EncodedMessage _goodJson = new EmbeddingCodec("fashion", WireFormat.Json).Encode(ContractSamples.Embedding());

    [Fact]
    public void Decode_LongerThanTheLimit_NamesBothLengths()
    {
        string message = Refusal(_good.Value!, _good.Headers, maxValueBytes: 10);

        message.ShouldContain($"{_good.Value!.Length} bytes");
        message.ShouldContain("10");
    }

    [Theory]
    [InlineData(null, "missing")]
    [InlineData("text/plain", "text/plain")]
    public void Decode_UnknownContentType_NamesItAndTheAllowedOnes(string? contentType, string expected)
    {
        List<RecordHeader> headers = [.. _good.Headers.Where(h => h.Key != HeaderNames.ContentType)];
        if (contentType is not null)
        {
            headers.Add(new RecordHeader(HeaderNames.ContentType, Encoding.UTF8.GetBytes(contentType)));
        }

        string message = Refusal(_good.Value!, headers);

        message.ShouldContain(expected);
        message.ShouldContain(MediaTypes.Protobuf);
    }

    [Fact]
    public void Decode_ContentTypeWithParameter_IsUnderstood()
    {
        RecordHeader[] headers =
            [.. _goodJson.Headers, new RecordHeader(HeaderNames.ContentType, Encoding.UTF8.GetBytes("Application/JSON; charset=utf-8"))];

        EmbeddingCodec.Decode(null, _goodJson.Value, headers).ShouldBeOfType<PublishedEmbedding>().ModelVersion.ShouldBe(7);
    }

    [Fact]
    public void Decode_EveryPrefixOfAValue_IsRefusedInOurWords()
    {
        for (int length = 0; length < _goodJson.Value!.Length; length++)
        {
            Refusal(_goodJson.Value[..length], _goodJson.Headers).ShouldNotBeEmpty();
        }

        // A protobuf message may end after any whole field; the vector is checked against the dimension that follows it.
        for (int length = 0; length < 11; length++)
        {
            Refusal(_good.Value![..length], _good.Headers).ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void Decode_HugeDimensionWithoutBytes_AllocatesNothingOfThatSize()
    {
        byte[] value = Google.Protobuf.MessageExtensions.ToByteArray(new StreamingContrastive.Contracts.Wire.Embedding { Dimension = 1u << 30, Vector = Google.Protobuf.ByteString.CopyFrom(new byte[8]) });
        Refusal(value, _good.Headers);

        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Refusal(value, _good.Headers);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
        message.ShouldContain("8 bytes");
        message.ShouldContain("1073741824");
    }

    [Fact]
    public void Decode_JsonWithOtherCountThanDimension_IsRefused()
    {
        byte[] value = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_goodJson.Value!).Replace("\"dimension\":2", "\"dimension\":3", StringComparison.Ordinal));

        Refusal(value, _goodJson.Headers).ShouldContain("2 numbers");
    }

    [Fact]
    public void Decode_JsonOfANewerWriter_IgnoresWhatItDoesNotKnow()
    {
        byte[] value = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_goodJson.Value!).Replace("{", "{\"later\":{\"x\":1},", StringComparison.Ordinal));

        EmbeddingCodec.Decode(null, value, _goodJson.Headers).ShouldBeOfType<PublishedEmbedding>().SpaceId.ShouldBe("a1b2");
    }

    [Theory]
    [InlineData(HeaderNames.Id)]
    [InlineData(HeaderNames.Source)]
    public void Decode_WithoutIdOrSource_NamesTheHeader(string name) =>
        Refusal(_good.Value!, [.. _good.Headers.Where(h => h.Key != name)]).ShouldContain(name);

    private static string Refusal(byte[] value, IReadOnlyList<RecordHeader> headers, int maxValueBytes = EmbeddingCodec.DefaultMaxValueBytes) =>
        Should.Throw<WireFormatException>(() => EmbeddingCodec.Decode(null, value, headers, maxValueBytes)).Message;
}
