using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Momentum;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Momentum;

[Collection(TorchTests.Name)]
public sealed class KeyShuffleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    [InlineData(257)]
    public void Permutation_AnyCount_HasEveryRowOnce(int count) =>
        KeyShuffle.Permutation(5, 3, count).Order().ShouldBe(Enumerable.Range(0, count).Select(i => (long)i));

    [Fact]
    public void Permutation_SeedAndStep_DecideItAlone()
    {
        var first = KeyShuffle.Permutation(7, 100, 64);

        KeyShuffle.Permutation(7, 100, 64).ShouldBe(first);
        KeyShuffle.Permutation(7, 101, 64).ShouldNotBe(first);
        KeyShuffle.Permutation(8, 100, 64).ShouldNotBe(first);
    }

    [Fact]
    public void Permutation_ManySteps_PutsEachRowEverywhereAlike()
    {
        const int Steps = 8000;
        var counts = new int[8, 8];
        for (var step = 0; step < Steps; step++)
        {
            var order = KeyShuffle.Permutation(1, step, 8);
            for (var i = 0; i < 8; i++)
            {
                counts[i, order[i]]++;
            }
        }

        // 1,000 expected in each cell, standard deviation 30: 6 of them.
        counts.Cast<int>().ShouldAllBe(count => count > 820 && count < 1180);
    }

    [Fact]
    public void Around_RowwiseEncoder_IsTheIdentity()
    {
        using var scope = NewDisposeScope();
        var x = randn(9, 4, 4, 3, generator: new Generator(2)).permute(0, 3, 1, 2);
        var seen = default(Tensor);

        var y = KeyShuffle.Around(x, KeyShuffle.Permutation(1, 1, 9), z =>
        {
            seen = z.MoveToOuterDisposeScope();
            return z.mean([2, 3]);
        });

        y.eq(x.mean([2, 3])).all().item<bool>().ShouldBeTrue();
        seen!.eq(x).all().item<bool>().ShouldBeFalse();
        seen.stride().ShouldBe(x.stride()); // still channels last
    }

    // What it is for: in every step every row meets other rows in its part as a key than as a query. Seen to fail without the swap.
    [Fact]
    public void Permutation_SplitParts_MixKeysOtherwiseThanQueries()
    {
        const int Rows = 64;
        var bounds = SplitBatchNorm.Bounds(Rows, 8);
        int PartOf(long position) => Array.FindIndex(bounds[1..], bound => position < bound);
        for (var step = 0; step < 50; step++)
        {
            var order = KeyShuffle.Permutation(3, step, Rows);
            var keyPart = new int[Rows];
            for (var position = 0; position < Rows; position++)
            {
                keyPart[order[position]] = PartOf(position);
            }

            for (var row = 0; row < Rows; row++)
            {
                var withQuery = Enumerable.Range(0, Rows).Where(other => PartOf(other) == PartOf(row));
                var withKey = Enumerable.Range(0, Rows).Where(other => keyPart[other] == keyPart[row]);
                withKey.ShouldNotBe(withQuery, $"row {row} of step {step}");
            }
        }
    }
}
