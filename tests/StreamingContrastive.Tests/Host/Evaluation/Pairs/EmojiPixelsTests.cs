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

        // A script in numpy, float32, over the same 366 emoji: 164, 213 and 237 of them; 130, 189, 212 the other way.
        scores["twitterToGoogleR1"].ShouldBe(0.448, 0.0006);
        scores["twitterToGoogleR5"].ShouldBe(0.582, 0.0006);
        scores["twitterToGoogleR10"].ShouldBe(0.648, 0.0006);
        scores["googleToTwitterR1"].ShouldBe(0.355, 0.0006);
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
