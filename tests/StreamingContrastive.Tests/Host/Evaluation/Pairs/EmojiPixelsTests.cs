using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Host.Evaluation;
using StreamingContrastive.Host.Evaluation.Pairs;

namespace StreamingContrastive.Tests.Host.Evaluation.Pairs;

public sealed class EmojiPixelsTests
{
    private static readonly EmojiPairsDataset s_data = EmojiPairsDataset.Bundled();

    [Fact]
    public void Of_TheChoiceFifth_FindsWhatNumpyFinds()
    {
        var sets = EmojiSets.Of(s_data, EvaluationSplit.Train);

        var scores = RetrievalScores.Of(EmojiPixels.Of(s_data, sets.Ask), PairsPlan.Directions, TestContext.Current.CancellationToken).Figures(PairsPlan.Directions);

        // A PyTorch script with the same rule for ties, over the same 366 emoji.
        double Of(int found) => found / 366.0;
        scores["twitterToGoogleR1"].ShouldBe(Of(163));
        scores["twitterToGoogleR5"].ShouldBe(Of(213));
        scores["twitterToGoogleR10"].ShouldBe(Of(237));
        scores["googleToTwitterR1"].ShouldBe(Of(129));
        scores.Keys.ShouldNotContain(name => name.StartsWith("text", StringComparison.Ordinal));
    }

    [Fact]
    public void Centred_Pixels_FindMore()
    {
        var sets = EmojiSets.Of(s_data, EvaluationSplit.Train);

        double Recall(IReadOnlyDictionary<string, PartVectors> of) =>
            RetrievalScores.Of(of, PairsPlan.Directions, TestContext.Current.CancellationToken).Figures(PairsPlan.Directions)["googleToTwitterR1"];

        Recall(EmojiPixels.Centred(s_data, sets.Learn, sets.Ask)).ShouldBeGreaterThan(Recall(EmojiPixels.Of(s_data, sets.Ask)) + 0.08);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sets_OfASplit_ShareNothingAndTheTrainSplitNeverSeesTheHeldOut(bool test)
    {
        var sets = EmojiSets.Of(s_data, test ? EvaluationSplit.Test : EvaluationSplit.Train);

        sets.Learn.Intersect(sets.Ask).ShouldBeEmpty();
        sets.Learn.Intersect(s_data.HeldOut).ShouldBeEmpty();
        sets.Ask.Intersect(s_data.HeldOut).Count().ShouldBe(test ? s_data.HeldOut.Count : 0);
    }
}
