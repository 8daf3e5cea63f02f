using StreamingContrastive.Contracts;

namespace StreamingContrastive.Tests.Contracts;

public sealed class MetricsCodecTests
{
    [Theory]
    [InlineData(WireFormat.Protobuf)]
    [InlineData(WireFormat.Json)]
    public void Decode_EncodedMetrics_GivesThemBack(WireFormat format)
    {
        MetricsRecord written = ContractSamples.Metrics();

        EncodedMessage encoded = new MetricsCodec("fashion", format).Encode(written);
        MetricsRecord read = MetricsCodec.Decode(encoded.Value, encoded.Headers);

        read.Values.OrderBy(v => v.Key).ShouldBe(written.Values.OrderBy(v => v.Key));
        (read with { Values = written.Values }).ShouldBe(written);
        encoded.Key.ShouldBe("fashion"u8.ToArray());
        encoded.Headers.FindText(HeaderNames.Id).ShouldBe("fashion/2/500");
    }

    [Theory]
    [InlineData(WireFormat.Protobuf)]
    [InlineData(WireFormat.Json)]
    public void Decode_LossThatIsNotANumber_StaysVisible(WireFormat format)
    {
        MetricsRecord written = ContractSamples.Metrics() with { Values = new Dictionary<string, double> { ["loss"] = double.NaN } };

        EncodedMessage encoded = new MetricsCodec("fashion", format).Encode(written);

        MetricsCodec.Decode(encoded.Value, encoded.Headers).Values["loss"].ShouldBe(double.NaN);
    }

    [Fact]
    public void Encode_NegativeCount_IsRefused()
    {
        MetricsRecord record = ContractSamples.Metrics();

        Should.Throw<ArgumentOutOfRangeException>(() =>
            new MetricsCodec("fashion", WireFormat.Protobuf).Encode(record with { Counters = record.Counters with { Trained = -1 } }));
    }

    [Fact]
    public void Decode_NoValue_IsRefused() => Should.Throw<WireFormatException>(() => MetricsCodec.Decode(null, []));
}
