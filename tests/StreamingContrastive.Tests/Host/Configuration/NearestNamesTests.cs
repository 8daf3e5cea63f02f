using CsCheck;
using StreamingContrastive.Host.Configuration;

namespace StreamingContrastive.Tests.Host.Configuration;

public sealed class NearestNamesTests
{
    [Theory]
    [InlineData("batchsiz", "batchSize")]
    [InlineData("BATCH_SIZE", "batchSize")]
    [InlineData("momentm", "momentum")]
    [InlineData("schedul", "schedule")]
    public void Find_Typo_FindsTheName(string written, string name) =>
        NearestNames.Find(written, ["batchSize", "momentum", "schedule", "device"])[0].ShouldBe(name);

    [Fact]
    public void Find_NothingLikeIt_FindsNone() => NearestNames.Find("xyzzy", ["batchSize", "momentum"]).ShouldBeEmpty();

    [Fact]
    public void Distance_ShortTexts_EqualsTheRecursiveDefinition()
    {
        var text = Gen.Char['a', 'c'].Array[0, 5].Select(c => new string(c));

        Gen.Select(text, text).Sample((a, b) => NearestNames.Distance(a, b) == Naive(a, b), seed: "0000KOIPe036", iter: 500);
    }

    private static int Naive(string a, string b) => a.Length == 0 ? b.Length
        : b.Length == 0 ? a.Length
        : Math.Min(Math.Min(Naive(a[1..], b), Naive(a, b[1..])) + 1, Naive(a[1..], b[1..]) + (a[0] == b[0] ? 0 : 1));
}
