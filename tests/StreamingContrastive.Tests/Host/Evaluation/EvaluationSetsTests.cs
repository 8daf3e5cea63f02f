using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Host.Evaluation;

namespace StreamingContrastive.Tests.Host.Evaluation;

public sealed class EvaluationSetsTests
{
    private static readonly Lazy<FashionMnistDataset> s_bundled = new(FashionMnistDataset.Bundled);

    [Theory]
    [InlineData(false, 8000, 8000, 2000)]
    [InlineData(true, 6400, 6400, 1600)]
    public void Of_EitherSplit_AsksAboutPicturesThatNothingLearnsFrom(bool holdout, int train, int bank, int queries)
    {
        var sets = EvaluationSets.Of(s_bundled.Value, holdout ? EvaluationSplit.Train : EvaluationSplit.Test, bankRows: null);

        (sets.Train.Count, sets.Bank.Count, sets.Queries.Count).ShouldBe((train, bank, queries));
        // By content: the bundled pictures are all different.
        var asked = Enumerable.Range(0, queries).Select(i => Convert.ToHexString(sets.Queries.Picture(i).Span)).ToHashSet();
        asked.Count.ShouldBe(queries);
        Enumerable.Range(0, train).Count(i => asked.Contains(Convert.ToHexString(sets.Train.Picture(i).Span))).ShouldBe(0);
        sets.Bank.Pixels.Span.SequenceEqual(sets.Train.Pixels.Span[..sets.Bank.Pixels.Length]).ShouldBeTrue();
    }

    [Fact]
    public void Of_BankRows_BoundsTheBankOnly()
    {
        var sets = EvaluationSets.Of(s_bundled.Value, EvaluationSplit.Test, bankRows: 500);

        (sets.Train.Count, sets.Bank.Count).ShouldBe((8000, 500));
    }

    [Theory]
    [InlineData(0.1, 10, 20)]
    [InlineData(0.01, 1, 2)]
    [InlineData(0.001, 1, 1)]
    public void Draw_Share_TakesItOfEveryClass(double share, int ofA, int ofB)
    {
        int[] labels = [.. Enumerable.Repeat(3, 100), .. Enumerable.Repeat(7, 200)];

        var drawn = LabelledShare.Draw(labels, share, seed: 1);

        (drawn.Count(i => labels[i] == 3), drawn.Count(i => labels[i] == 7)).ShouldBe((ofA, ofB));
        drawn.ShouldBe(drawn.Distinct().Order());
        LabelledShare.Draw(labels, share, seed: 1).ShouldBe(drawn);
        LabelledShare.Draw(labels, share, seed: 2).ShouldNotBe(drawn);
    }
}
