using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Views;

namespace StreamingContrastive.Tests.Augmentation.Views;

/// <summary>The golden numbers were computed by an independent Python program; changing them changes every view ever made.</summary>
public sealed class ViewRandomTests
{
    private static readonly ViewIdentity First = new(42, 0x1234567890ABCDEF, 3, 1000, 0, 0);

    [Fact]
    public void KeyOf_GoldenIdentities_SameForEver()
    {
        ViewRandom.KeyOf(First).ShouldBe(0xB1B3CC414437B7CA);
        ViewRandom.KeyOf(First with { View = 1, Pass = 2 }).ShouldBe(0xEE72E63D7FF9A8A3);
    }

    [Fact]
    public void NextBits_GoldenStreams_SameForEver()
    {
        Bits(First, ViewStep.Crop, 3).ShouldBe([0x5FF135A99849AEA6, 0xA173A3477F600858, 0x49EC6D7289B306E1]);
        Bits(First, ViewStep.Erase, 2).ShouldBe([0x7643F1FEEE8C9462, 0x36242C47462A029A]);
        Bits(First with { View = 1, Pass = 2 }, ViewStep.Brightness, 2).ShouldBe([0x150EA7D6B105A81E, 0x331410A78F017163]);
    }

    [Fact]
    public void NextDoubleThenBelow_GoldenStream_SameForEver()
    {
        var random = new ViewRandom(ViewRandom.KeyOf(First), ViewStep.Crop);

        random.NextDouble().ShouldBe(0.37477431669711925);
        random.NextBelow(10).ShouldBe(6);
    }

    [Fact]
    public void KeyOf_EachFieldChanged_AllDiffer()
    {
        ViewIdentity[] identities =
        [
            First, First with { Seed = 43 }, First with { TopicHash = 1 }, First with { Partition = 4 }, First with { Offset = 1001 },
            First with { View = 1 }, First with { Pass = 1 }, First with { Partition = 1000, Offset = 3 }, First with { View = 2, Pass = 1 },
        ];

        identities.Select(i => ViewRandom.KeyOf(i)).Distinct().Count().ShouldBe(identities.Length);
    }

    [Fact]
    public void NextBelow_ManyOffsets_UniformFirstDraws()
    {
        const int draws = 20_000;
        int[] counts = new int[10];
        for (int offset = 0; offset < draws; offset++)
        {
            counts[new ViewRandom(ViewRandom.KeyOf(First with { Offset = offset }), ViewStep.Flip).NextBelow(10)]++;
        }

        // Chi-square with 9 degrees of freedom: 27.9 is its 99.9th percentile; the draws are fixed, so this cannot flicker.
        counts.Sum(c => Math.Pow(c - (draws / 10.0), 2) / (draws / 10.0)).ShouldBeLessThan(27.9);
    }

    [Fact]
    public void NextBits_TwoStepsOfOneView_Uncorrelated()
    {
        const int draws = 20_000;
        double product = 0;
        for (int offset = 0; offset < draws; offset++)
        {
            ulong key = ViewRandom.KeyOf(First with { Offset = offset });
            product += (new ViewRandom(key, ViewStep.Brightness).NextDouble() - 0.5) * (new ViewRandom(key, ViewStep.Contrast).NextDouble() - 0.5);
        }

        // The correlation of independent draws has a standard deviation of 1/sqrt(draws) = 0.007.
        Math.Abs(product / draws * 12).ShouldBeLessThan(0.025);
    }

    private static ulong[] Bits(ViewIdentity identity, ViewStep step, int count)
    {
        var random = new ViewRandom(ViewRandom.KeyOf(identity), step);
        ulong[] bits = new ulong[count];
        for (int i = 0; i < count; i++)
        {
            bits[i] = random.NextBits();
        }

        return bits;
    }
}
