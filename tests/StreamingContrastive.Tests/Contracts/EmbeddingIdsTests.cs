using CsCheck;
using StreamingContrastive.Contracts;

namespace StreamingContrastive.Tests.Contracts;

public sealed class EmbeddingIdsTests
{
    [Fact]
    public void OfEmbedding_DifferentOrigins_NeverShareAnId()
    {
        // Small ranges, so that near misses such as 1/11 and 11/1 are common.
        Gen<(string Topic, int Partition, long Offset, long Epoch, long Version)> origins =
            Gen.Select(Gen.Int[0, 2].Select(i => new[] { "t", "t1", "1" }[i]), Gen.Int[0, 12], Gen.Long[0, 12], Gen.Long[0, 12], Gen.Long[0, 12]);

        Gen.Select(origins, origins).Sample(
            (a, b) => (Id(a) == Id(b)).ShouldBe(a == b),
            seed: "0000KOIKd6e2",
            iter: 20_000);
    }

    [Fact]
    public void OfDeadLetter_SamePosition_IsOneIdWhateverTheEpoch() =>
        EmbeddingIds.OfDeadLetter("fashion", new SourcePosition("records", 1, 2)).ShouldBe("fashion/records/1/2");

    private static string Id((string Topic, int Partition, long Offset, long Epoch, long Version) o) =>
        EmbeddingIds.OfEmbedding("p", new SourcePosition(o.Topic, o.Partition, o.Offset), o.Epoch, o.Version);
}
