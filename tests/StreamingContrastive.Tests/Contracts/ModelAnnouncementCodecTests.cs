using StreamingContrastive.Contracts;

namespace StreamingContrastive.Tests.Contracts;

public sealed class ModelAnnouncementCodecTests
{
    [Theory]
    [InlineData(WireFormat.Protobuf, "00000001-0000000400")]
    [InlineData(WireFormat.Json, "00000001-0000000400")]
    [InlineData(WireFormat.Protobuf, null)]
    [InlineData(WireFormat.Json, null)]
    public void Decode_EncodedAnnouncement_GivesItBack(WireFormat format, string? parent)
    {
        ModelAnnouncement written = ContractSamples.Model() with { Parent = parent };

        EncodedMessage encoded = new ModelAnnouncementCodec("fashion", format).Encode(written);
        ModelAnnouncement read = ModelAnnouncementCodec.Decode(encoded.Value, encoded.Headers);

        read.SourceOffsets.ShouldBe(written.SourceOffsets);
        (read with { SourceOffsets = written.SourceOffsets }).ShouldBe(written);
        encoded.Headers.FindText(HeaderNames.Id).ShouldBe("fashion/2/4");
    }

    [Theory]
    [InlineData(WireFormat.Protobuf)]
    [InlineData(WireFormat.Json)]
    public void Decode_BranchPointAndAtomic_AreGivenBack(WireFormat format)
    {
        ModelAnnouncement written = ContractSamples.Model() with { BranchedFrom = new BranchPoint(1, 400, "00000001-0000000400"), Atomic = true };

        EncodedMessage encoded = new ModelAnnouncementCodec("fashion", format).Encode(written);
        ModelAnnouncement read = ModelAnnouncementCodec.Decode(encoded.Value, encoded.Headers);

        read.BranchedFrom.ShouldBe(written.BranchedFrom);
        read.Atomic.ShouldBeTrue();
    }

    [Fact]
    public void Encode_SameCheckpointTwice_HasTheSameKey() =>
        new ModelAnnouncementCodec("fashion", WireFormat.Json).Encode(ContractSamples.Model()).Key
            .ShouldBe("00000002-0000000500"u8.ToArray());

    [Theory]
    [InlineData("")]
    [InlineData("0123")]
    [InlineData("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void Encode_DigestThatIsNoSha256_IsRefused(string digest) =>
        Should.Throw<ArgumentException>(() =>
            new ModelAnnouncementCodec("fashion", WireFormat.Json).Encode(ContractSamples.Model() with { ManifestSha256 = digest }));
}
