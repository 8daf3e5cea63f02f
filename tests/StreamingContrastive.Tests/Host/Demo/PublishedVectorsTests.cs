using StreamingContrastive.Contracts;
using StreamingContrastive.Host.Demo;

namespace StreamingContrastive.Tests.Host.Demo;

public sealed class PublishedVectorsTests
{
    [Fact]
    public void Observe_NewerVersion_OlderVectorsAreNeverMixedIn()
    {
        var seen = new PublishedVectors();

        seen.Observe(Embedding(version: 1), picture: 0);
        seen.Observe(Embedding(version: 1), picture: 1);
        seen.Observe(Embedding(version: 2), picture: 1);
        seen.Observe(Embedding(version: 1), picture: 2);

        seen.NewestCount.ShouldBe(1);
        seen.ReadBack.ShouldBe(4);
        seen.DistinctKeys.ShouldBe(3);
    }

    [Fact]
    public void LeaveOneOutKnn20_TwoClearClasses_EveryVectorFindsItsOwn()
    {
        var seen = new PublishedVectors();
        for (var i = 0; i < 60; i++)
        {
            seen.Observe(Embedding(version: 1, angle: (i % 2 * 1.5) + (i * 0.001)), picture: i);
        }

        seen.LeaveOneOutKnn20([.. Enumerable.Range(0, 60).Select(i => i % 2)]).ShouldBe(1.0);
    }

    [Fact]
    public void LeaveOneOutKnn20_TooFewVectors_SaysNothing() => new PublishedVectors().LeaveOneOutKnn20([]).ShouldBeNull();

    private static PublishedEmbedding Embedding(long version, double angle = 0) => new()
    {
        Vector = new[] { (float)Math.Cos(angle), (float)Math.Sin(angle) },
        Normalised = true,
        ModelVersion = version,
        SpaceId = "s",
    };
}
