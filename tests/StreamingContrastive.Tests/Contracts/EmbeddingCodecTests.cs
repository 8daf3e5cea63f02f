using System.Text;
using CsCheck;
using StreamingContrastive.Contracts;

namespace StreamingContrastive.Tests.Contracts;

public sealed class EmbeddingCodecTests
{
    [Theory]
    [InlineData(WireFormat.Protobuf)]
    [InlineData(WireFormat.Json)]
    [InlineData(WireFormat.Qdrant)]
    public void Decode_AnyEncodedEmbedding_GivesItBack(WireFormat format)
    {
        var codec = new EmbeddingCodec("fashion", format);
        Gen<PublishedEmbedding> messages =
            from vector in Gen.Float[-1e30f, 1e30f].Array[1, 40]
            from key in Gen.Byte.Array[0, 12].Null()
            from partition in Gen.Int[0, 1000]
            from offset in Gen.Long[0, long.MaxValue]
            from epoch in Gen.Long[0, long.MaxValue]
            from time in Gen.Long[-1, 4_000_000_000_000]
            from traced in Gen.Bool
            select new PublishedEmbedding
            {
                Key = key,
                Source = new SourcePosition("records", partition, offset),
                LineageEpoch = epoch,
                Step = offset / 2,
                EventTimeUnixMs = time,
                TraceParent = traced ? ContractSamples.TraceParent : null,
                Vector = vector,
                Normalised = traced,
                ModelVersion = epoch / 3,
                SpaceId = "space-" + partition,
            };

        messages.Sample(
            written =>
            {
                EncodedMessage encoded = codec.Encode(written);
                var read = EmbeddingCodec.Decode(encoded.Key, encoded.Value, encoded.Headers).ShouldBeOfType<PublishedEmbedding>();

                read.Vector.Span.SequenceEqual(written.Vector.Span).ShouldBeTrue();
                read.Key.ShouldBe(written.Key ?? Encoding.UTF8.GetBytes(written.Source.ToString()!));
                (read with { Vector = written.Vector, Key = written.Key, Id = null, Pipeline = null }).ShouldBe(written);
                read.Id.ShouldBe($"fashion/{written.Source}/{written.LineageEpoch}/{written.ModelVersion}");
                read.Pipeline.ShouldBe("fashion");
            },
            seed: "0000KOIKd6e2",
            iter: 300);
    }

    [Fact]
    public void Encode_Protobuf_GivesTheBytesOfTheContract()
    {
        EncodedMessage encoded = new EmbeddingCodec("fashion", WireFormat.Protobuf).Encode(ContractSamples.Embedding());

        // Worked out by hand from embedding.proto: tag, length, content of each field in order.
        Convert.ToHexStringLower(encoded.Value!).ShouldBe(
            "0a08" + "9a99193f" + "cdcc4cbf" // vector 0.6, -0.8
            + "1002" + "1801" + "2007" // dimension, normalised, model version
            + "2a0461316232" // space id "a1b2"
            + "3003" + "3864" // lineage epoch, step
            + "42077265636f726473" + "4805" + "502a" // records, 5, 42
            + "58fbd095ffbc31"); // event time
    }

    [Fact]
    public void Encode_Json_GivesReadableFieldsAndNumbers()
    {
        EncodedMessage encoded = new EmbeddingCodec("fashion", WireFormat.Json).Encode(ContractSamples.Embedding());

        Encoding.UTF8.GetString(encoded.Value!).ShouldBe(
            """{"vector":[0.6,-0.8],"dimension":2,"normalised":true,"modelVersion":7,"spaceId":"a1b2","lineageEpoch":3,"step":100,"sourceTopic":"records","sourcePartition":5,"sourceOffset":42,"eventTimeUnixMs":1700000000123}""");
    }

    [Fact]
    public void Encode_Embedding_CarriesCloudEventsAndTraceHeaders()
    {
        EncodedMessage encoded = new EmbeddingCodec("fashion", WireFormat.Protobuf).Encode(ContractSamples.Embedding());

        encoded.Headers.Select(h => $"{h.Key}={Encoding.UTF8.GetString(h.Value!)}").ShouldBe(
            [
                "ce_specversion=1.0",
                "ce_source=/streaming-contrastive/fashion",
                "ce_type=streamingcontrastive.embedding.v1",
                "content-type=application/protobuf",
                "ce_id=fashion/records/5/42/3/7",
                "ce_time=2023-11-14T22:13:20.123Z",
                "ce_modelversion=7",
                "ce_spaceid=a1b2",
                "ce_lineageepoch=3",
                "ce_step=100",
                "traceparent=" + ContractSamples.TraceParent,
            ]);
        encoded.TimestampUnixMs.ShouldBe(1_700_000_000_123);
    }

    [Theory]
    [InlineData(WireFormat.Protobuf)]
    [InlineData(WireFormat.Json)]
    [InlineData(WireFormat.Qdrant)]
    public void Encode_SameMessageByAnotherWriter_GivesTheSameBytes(WireFormat format)
    {
        EncodedMessage first = new EmbeddingCodec("fashion", format).Encode(ContractSamples.Embedding());
        var other = new EmbeddingCodec("fashion", format);
        other.Encode(ContractSamples.Embedding(offset: 41, version: 6));
        EncodedMessage again = other.Encode(ContractSamples.Embedding());

        again.Value.ShouldBe(first.Value);
        again.Key.ShouldBe(first.Key);
        again.Headers.Select(h => (h.Key, Convert.ToHexString(h.Value!))).ShouldBe(first.Headers.Select(h => (h.Key, Convert.ToHexString(h.Value!))));
    }

    [Fact]
    public void Encode_NextVersionAndStep_RenewsTheirHeaders()
    {
        var codec = new EmbeddingCodec("fashion", WireFormat.Protobuf);
        codec.Encode(ContractSamples.Embedding());

        EncodedMessage next = codec.Encode(ContractSamples.Embedding(version: 8) with { Step = 101 });

        next.Headers.FindInt64(HeaderNames.ModelVersion).ShouldBe(8);
        next.Headers.FindInt64(HeaderNames.Step).ShouldBe(101);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Encode_VectorThatIsNotFinite_NamesTheRecord(float bad)
    {
        var codec = new EmbeddingCodec("fashion", WireFormat.Protobuf);

        Should.Throw<ArgumentException>(() => codec.Encode(ContractSamples.Embedding(vector: [1, bad, 0])))
            .Message.ShouldContain("records/5/42");
    }

    [Fact]
    public void Encode_EmptyVectorNoSourceOrNegativeNumber_IsRefused()
    {
        var codec = new EmbeddingCodec("fashion", WireFormat.Protobuf);

        Should.Throw<ArgumentException>(() => codec.Encode(ContractSamples.Embedding(vector: [])));
        Should.Throw<ArgumentException>(() => codec.Encode(ContractSamples.Embedding() with { Source = null }));
        Should.Throw<ArgumentOutOfRangeException>(() => codec.Encode(ContractSamples.Embedding(epoch: -1)));
        Should.Throw<ArgumentOutOfRangeException>(() => codec.Encode(ContractSamples.Embedding(version: -1)));
        Should.Throw<ArgumentOutOfRangeException>(() => codec.Encode(ContractSamples.Embedding(offset: -1)));
    }
}
